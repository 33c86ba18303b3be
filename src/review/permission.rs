//! What there is to be allowed.

use serde::{Deserialize, Serialize};

/// Something that an actor may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See events.
    SeeEvents,
    /// See an event's pictures, clip and record.
    SeeEvidence,
    /// Acknowledge, confirm, dismiss, say that one cannot tell, note, enter a plate.
    Decide,
    /// Give an event to somebody.
    Assign,
    /// Open again what was decided.
    Reopen,
    /// Say that two events are one.
    Merge,
    /// Enter what became of a confirmed violation.
    EnterResult,
    /// Change a camera's scene.
    EditScene,
    /// See cameras and how they are.
    SeeCameras,
    /// See figures.
    SeeFigures,
    /// Take confirmed violations out.
    ExportConfirmed,
    /// Ask, for another agency, that confirmed violations be handed over.
    AskHandover,
    /// Allow or refuse what somebody else asked to be handed over.
    ApproveHandover,
    /// Add, change and disable users.
    ManageUsers,
    /// Make and revoke tokens of one's own.
    ManageTokens,
    /// Keep evidence for a case, and let it go again.
    HoldEvidence,
    /// Read the audit trail.
    ReadAudit,
    /// Change the site's configuration.
    Configure,
}

impl Permission {
    /// Whether a program's token may be given it. What is a person's to decide stays a person's: no
    /// program confirms, reopens, merges, assigns, redraws or lets people in.
    pub const fn is_for_programs(self) -> bool {
        matches!(
            self,
            Self::SeeEvents
                | Self::SeeEvidence
                | Self::SeeCameras
                | Self::SeeFigures
                | Self::ExportConfirmed
                | Self::ReadAudit
        )
    }

    /// All there are.
    pub const ALL: [Self; 18] = [
        Self::SeeEvents,
        Self::SeeEvidence,
        Self::Decide,
        Self::Assign,
        Self::Reopen,
        Self::Merge,
        Self::EnterResult,
        Self::EditScene,
        Self::SeeCameras,
        Self::SeeFigures,
        Self::ExportConfirmed,
        Self::AskHandover,
        Self::ApproveHandover,
        Self::ManageUsers,
        Self::ManageTokens,
        Self::HoldEvidence,
        Self::ReadAudit,
        Self::Configure,
    ];

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of permissions. In JSON a list of their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// These.
    pub const fn of(list: &[Permission]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < list.len() {
            bits |= list[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, list: &[Permission]) -> Self {
        Self(self.0 | Self::of(list).0)
    }

    /// Those that are in both.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is among them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Each, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |p| self.has(*p))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(list: I) -> Self {
        Self(list.into_iter().fold(0, |bits, p| bits | p.bit()))
    }
}

impl Serialize for Permissions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Permission>::deserialize(deserializer).map(|list| list.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        for (n, p) in Permission::ALL.into_iter().enumerate() {
            let set = Permissions::of(&[p]);
            assert!(set.iter().eq([p]), "{p:?} at {n}");
            assert_eq!(set.within(Permissions::NONE), Permissions::NONE);
        }
        let all: Permissions = Permission::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Permission::ALL.len());
        let json = serde_json::to_string(&all).unwrap();
        assert!(json.starts_with("[\"see_events\",\"see_evidence\",\"decide\""), "{json}");
        assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), all);
    }
}
