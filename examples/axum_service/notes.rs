//! The server that owns the database. Nobody else touches it, so nothing else can lock or corrupt it.

use actor_otp::prelude::*;
use redb::{Database, ReadableDatabase, TableDefinition};

const NOTES: TableDefinition<'_, &str, &str> = TableDefinition::new("notes");

/// Owns the database: it is closed when this process ends, before the next one opens it.
pub(crate) struct Notes(Database);

#[actor(name = "notes")]
impl GenServer for Notes {
    async fn init(file: String, _cx: &mut Context<Self>) -> InitResult<Self> {
        let database = Database::create(file)?; // an error here is a failed start
        let write = database.begin_write()?;
        write.open_table(NOTES)?;
        write.commit()?;
        Ok(Self(database).into())
    }

    /// Writes a note; an error is an answer, and the server goes on.
    #[call]
    pub(crate) fn put(&mut self, key: String, text: String) -> Result<(), redb::Error> {
        let write = self.0.begin_write()?;
        write.open_table(NOTES)?.insert(&*key, &*text)?;
        Ok(write.commit()?)
    }

    /// Returns a note.
    #[call]
    pub(crate) fn read(&self, key: String) -> Result<Option<String>, redb::Error> {
        let note = self.0.begin_read()?.open_table(NOTES)?.get(&*key)?;
        Ok(note.map(|text| text.value().to_owned()))
    }
}
