//! A block that `macro_rules!` writes.

use actor_otp::prelude::*;

macro_rules! server {
    ($type:ident, $self_type:ty, $name:expr, $method:ident, $answer:ty) => {
        struct $type;

        #[actor(name = $name)]
        impl GenServer for $self_type {
            async fn init((): (), _cx: &mut Context<Self>) -> InitResult<Self> {
                Ok(Self.into())
            }

            #[call]
            fn $method(&self, first: $answer, second: $answer) -> $answer {
                first + second
            }

            #[cast]
            fn clear(&mut self) {}
        }
    };
}

server!(Numbers, Numbers, "numbers", add, i64);
server!(Floats, crate::Floats, "floats", add_floats, f64);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers = Numbers::start(()).await?;
    numbers.clear();
    assert_eq!(numbers.add(1, 2).await?, 3);
    assert!(Numbers::NAME.whereis().is_some());
    assert_eq!(Floats::start(()).await?.add_floats(1.0, 2.0).await?, 3.0);
    Ok(())
}
