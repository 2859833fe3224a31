//! In which order applications start: each after what it depends on.
//!
//! Pure: no clock, no async, no I/O, no lock.

#[cfg(test)]
mod tests;

use crate::application::error::ApplicationError;

/// What the order depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) dependencies: &'a [String],
}

/// Returns the places of the applications in the order of their start: that of the list, but what one
/// depends on comes before it (AP-2, AP-3). A dependency outside the list has to run already.
pub(super) fn order(
    list: &[Wanted<'_>],
    is_running: impl Fn(&str) -> bool,
) -> Result<Vec<usize>, ApplicationError> {
    check(list, is_running)?;
    let mut order = Vec::new();
    for at in 0..list.len() {
        visit(list, at, &mut Vec::new(), &mut order)?;
    }
    Ok(order)
}

fn check(list: &[Wanted<'_>], is_running: impl Fn(&str) -> bool) -> Result<(), ApplicationError> {
    for (at, wanted) in list.iter().enumerate() {
        if place(&list[..at], wanted.name).is_some() {
            return Err(ApplicationError::Duplicate(wanted.name.to_owned()));
        }
        let unknown = |name: &&String| place(list, name).is_none() && !is_running(name);
        if let Some(dependency) = wanted.dependencies.iter().find(unknown) {
            return Err(ApplicationError::UnknownDependency {
                application: wanted.name.to_owned(),
                dependency: dependency.clone(),
                known: list.iter().map(|known| known.name.to_owned()).collect(),
            });
        }
    }
    Ok(())
}

/// Appends one application after its dependencies; `path` leads from the first one to here.
fn visit(
    list: &[Wanted<'_>],
    at: usize,
    path: &mut Vec<usize>,
    order: &mut Vec<usize>,
) -> Result<(), ApplicationError> {
    if order.contains(&at) {
        return Ok(());
    }
    if let Some(begin) = path.iter().position(|&above| above == at) {
        let circle = path[begin..].iter().chain([&at]);
        let names = circle.map(|&at| list[at].name.to_owned());
        return Err(ApplicationError::Cycle(names.collect()));
    }
    path.push(at);
    for dependency in list[at].dependencies {
        if let Some(below) = place(list, dependency) {
            visit(list, below, path, order)?;
        }
    }
    path.pop();
    order.push(at);
    Ok(())
}

fn place(list: &[Wanted<'_>], name: &str) -> Option<usize> {
    list.iter().position(|wanted| wanted.name == name)
}
