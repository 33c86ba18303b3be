//! Roles, and what each allows: the one table.

use super::permission::Permission as P;
use super::permission::Permissions;
use serde::{Deserialize, Serialize};

/// What a user is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Decides.
    Reviewer,
    /// Looks after reviewers and scenes, and takes out what is confirmed.
    Supervisor,
    /// Looks after users and configuration. Does not judge, and does not see evidence.
    Administrator,
    /// Sees what was done, and changes nothing.
    Auditor,
}

const VIEWER: Permissions =
    Permissions::of(&[P::SeeEvents, P::SeeEvidence, P::SeeCameras, P::SeeFigures]);
const REVIEWER: Permissions =
    VIEWER.and(&[P::Decide, P::EnterResult, P::AskHandover, P::ManageTokens]);
const SUPERVISOR: Permissions = REVIEWER.and(&[
    P::Assign,
    P::Reopen,
    P::Merge,
    P::EditScene,
    P::ExportConfirmed,
    P::HoldEvidence,
    P::ApproveHandover,
]);
const ADMINISTRATOR: Permissions = Permissions::of(&[
    P::SeeCameras,
    P::SeeFigures,
    P::EditScene,
    P::ManageUsers,
    P::Configure,
    P::ReadAudit,
]);
const AUDITOR: Permissions = VIEWER.and(&[P::ReadAudit]);

impl Role {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Viewer, Self::Reviewer, Self::Supervisor, Self::Administrator, Self::Auditor];

    /// What it allows.
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::Viewer => VIEWER,
            Self::Reviewer => REVIEWER,
            Self::Supervisor => SUPERVISOR,
            Self::Administrator => ADMINISTRATOR,
            Self::Auditor => AUDITOR,
        }
    }

    /// Its word in commands, JSON and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::word;

    /// The table once more, as the people who ordered it wrote it down.
    #[test]
    fn the_table_is_as_agreed() {
        let table: [(Role, &str); 5] = [
            (Role::Viewer, "see_events see_evidence see_cameras see_figures"),
            (
                Role::Reviewer,
                "see_events see_evidence decide enter_result see_cameras see_figures ask_handover \
                 manage_tokens",
            ),
            (
                Role::Supervisor,
                "see_events see_evidence decide assign reopen merge enter_result edit_scene \
                 see_cameras see_figures export_confirmed ask_handover approve_handover \
                 manage_tokens hold_evidence",
            ),
            (
                Role::Administrator,
                "edit_scene see_cameras see_figures manage_users read_audit configure",
            ),
            (Role::Auditor, "see_events see_evidence see_cameras see_figures read_audit"),
        ];
        assert_eq!(table.map(|(role, _)| role), Role::ALL);
        for (role, permissions) in table {
            let words: Vec<String> = role.permissions().iter().map(|p| word(&p)).collect();
            assert_eq!(words.join(" "), permissions, "{role:?}");
            assert_eq!(word(&role), role.name());
        }
    }
}
