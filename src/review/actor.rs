//! Who acts, on what, and whether they may: a pure function.

use super::permission::{Permission, Permissions};
use super::scope::Scope;
use crate::rules::Domain;
use crate::store::ActorKind;

/// Somebody who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's id, or the token's.
    pub id: String,
    /// Whether it is a user or a token of theirs.
    pub kind: ActorKind,
    /// The user's id.
    pub user: String,
    /// What they may do.
    pub permissions: Permissions,
    /// Where.
    pub scope: Scope,
    /// The user's agency.
    pub agency: Option<String>,
}

/// What an actor asks to do something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The installation as a whole: its configuration, its audit trail, or a list that is then
    /// narrowed to what the actor's scope holds.
    Site,
    /// An event.
    Event {
        /// The ward it happened in.
        ward: Option<&'a str>,
        /// Its domain.
        domain: Domain,
    },
    /// A camera.
    Camera {
        /// The ward it stands in.
        ward: Option<&'a str>,
    },
    /// A user, by what they reach: nobody manages those who reach further.
    Account {
        /// Their scope.
        scope: &'a Scope,
    },
    /// Something that belongs to a user: a token, a saved search.
    Own {
        /// The user's id.
        user: &'a str,
    },
}

/// Whether an actor may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Allowed,
    /// Their role, or their token, does not allow it anywhere.
    Forbidden,
    /// It lies outside their scope: to them it is not there.
    NotThere,
}

/// Whether the actor may do this with the target. What the role forbids is forbidden wherever the
/// target lies, and whether it is there: the answer tells nothing of what lies out of scope.
pub fn may(actor: &Actor, permission: Permission, target: &Target<'_>) -> Verdict {
    if !actor.permissions.has(permission) {
        return Verdict::Forbidden;
    }
    let reached = match *target {
        Target::Site => true,
        Target::Event { ward, domain } => actor.scope.holds(ward, domain),
        Target::Camera { ward } => actor.scope.wards.holds(ward),
        Target::Account { scope } => actor.scope.covers(scope),
        Target::Own { user } => actor.user == user,
    };
    if reached { Verdict::Allowed } else { Verdict::NotThere }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Reach, Role};

    fn actor(role: Role, wards: Reach<String>, domains: Reach<Domain>) -> Actor {
        Actor {
            id: "u-1".into(),
            kind: ActorKind::User,
            user: "u-1".into(),
            permissions: role.permissions(),
            scope: Scope { wards, domains },
            agency: None,
        }
    }

    /// Every role × permission × target, in and out of scope, against a second statement of the rule.
    #[test]
    fn the_whole_table() {
        let p1 = || -> Reach<String> { ["Phường 1".to_owned()].into_iter().collect() };
        let traffic = || -> Reach<Domain> { [Domain::Traffic].into_iter().collect() };
        let (wide, narrow) = (Scope::default(), Scope { wards: p1(), domains: traffic() });
        let event = |ward, domain| Target::Event { ward, domain };
        // The target, and whether it lies within: all; ward 1; traffic; both.
        let targets: [(Target<'_>, [bool; 4]); 14] = [
            (Target::Site, [true; 4]),
            (event(Some("Phường 1"), Domain::Traffic), [true; 4]),
            (event(Some("Phường 2"), Domain::Traffic), [true, false, true, false]),
            (event(Some("Phường 1"), Domain::Security), [true, true, false, false]),
            (event(Some("Phường 2"), Domain::Security), [true, false, false, false]),
            (event(None, Domain::Traffic), [true, false, true, false]),
            (event(Some("phường 1"), Domain::Traffic), [true, false, true, false]),
            (Target::Camera { ward: Some("Phường 1") }, [true; 4]),
            (Target::Camera { ward: Some("Phường 2") }, [true, false, true, false]),
            (Target::Camera { ward: None }, [true, false, true, false]),
            (Target::Account { scope: &wide }, [true, false, false, false]),
            (Target::Account { scope: &narrow }, [true; 4]),
            (Target::Own { user: "u-1" }, [true; 4]),
            (Target::Own { user: "u-2" }, [false; 4]),
        ];
        let mut seen = [0; 3];
        for role in Role::ALL {
            let scopes = [
                (Reach::All, Reach::All),
                (p1(), Reach::All),
                (Reach::All, traffic()),
                (p1(), traffic()),
            ];
            for (n, (wards, domains)) in scopes.into_iter().enumerate() {
                let actor = actor(role, wards, domains);
                for permission in Permission::ALL {
                    for (target, within) in &targets {
                        let wanted = match (role.permissions().has(permission), within[n]) {
                            (false, _) => Verdict::Forbidden,
                            (true, false) => Verdict::NotThere,
                            (true, true) => Verdict::Allowed,
                        };
                        let said = may(&actor, permission, target);
                        assert_eq!(said, wanted, "{role:?} {n} {permission:?} {target:?}");
                        seen[wanted as usize] += 1;
                    }
                }
            }
        }
        assert_eq!(seen.iter().sum::<i32>(), 5 * 4 * Permission::ALL.len() as i32 * 14);
        assert!(seen.iter().all(|n| *n > 300), "{seen:?}");
    }

    #[test]
    fn nobody_without_permissions_may_anything() {
        let mut none = actor(Role::Supervisor, Reach::All, Reach::All);
        none.permissions = Permissions::NONE;
        for permission in Permission::ALL {
            assert_eq!(may(&none, permission, &Target::Site), Verdict::Forbidden);
        }
        let empty = actor(Role::Supervisor, Reach::These([].into()), Reach::All);
        let camera = Target::Camera { ward: None };
        assert_eq!(may(&empty, Permission::SeeCameras, &camera), Verdict::NotThere);
    }
}
