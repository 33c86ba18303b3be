//! What tokens and administrators may: never more than who made them.

use crate::users::{COMMAND, OTHER, PASSWORD, add, at, house, session};
use streetward::config::Language;
use streetward::review::Permission::{
    self, Decide, ExportConfirmed, ManageTokens, ManageUsers, SeeEvents,
};
use streetward::review::{
    AccessError, Actor, Doer, NewToken, NewUser, OpenSession, Permissions, Reach, Role, Scope,
    Target, UserEdit, Verdict, add_user, disable_user, edit_user, end_access, list_tokens,
    make_token, may, reset_totp, revoke_token, set_password, unlock_user,
};
use streetward::rules::Domain;
use streetward::store::ActorKind;

#[test]
fn tokens_allow_less_than_their_user_and_end() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "sup", Role::Supervisor);
    add(&store, "viewer", Role::Viewer);
    let (_, open) = session(house, "sup", at(0));
    let wanted = |permissions: &[Permission], days: i64| NewToken {
        name: "báo cáo tuần".into(),
        permissions: Permissions::of(permissions),
        scope: Scope { domains: [Domain::Traffic].into_iter().collect(), ..Scope::default() },
        expires: at(days * 86_400),
    };
    let make = |open: &OpenSession, new: &NewToken| make_token(&store, open, new, None, at(0));
    for too_much in [ManageUsers, ManageTokens] {
        let told = make(&open, &wanted(&[SeeEvents, too_much], 9)).err().unwrap();
        assert!(matches!(told, AccessError::TooMuch(_)), "{told}");
    }
    for days in [-1, 0, 367] {
        assert!(matches!(make(&open, &wanted(&[SeeEvents], days)), Err(AccessError::BadExpiry(_))));
    }
    let (_, viewer) = session(house, "viewer", at(0));
    assert!(matches!(make(&viewer, &wanted(&[SeeEvents], 9)), Err(AccessError::Forbidden)));

    let made = make(&open, &wanted(&[SeeEvents, ExportConfirmed], 9)).unwrap();
    let actor = |now| keeper.token(&store, &made.secret, at(now)).unwrap();
    let acting: Actor = actor(100).unwrap();
    assert_eq!((acting.kind, acting.user.as_str()), (ActorKind::Token, open.user.id.as_str()));
    let event = |domain| Target::Event { ward: None, domain };
    assert_eq!(may(&acting, ExportConfirmed, &event(Domain::Traffic)), Verdict::Allowed);
    assert_eq!(may(&acting, SeeEvents, &event(Domain::Security)), Verdict::NotThere);
    assert_eq!(may(&acting, Decide, &event(Domain::Traffic)), Verdict::Forbidden);
    assert_eq!(list_tokens(&store, &open.user.id).unwrap()[0].used, Some(at(100)));
    assert!(keeper.session(&store, &made.secret, at(1)).unwrap().is_none(), "no session");
    let forged = format!("swt_{}", "0".repeat(64));
    assert!(keeper.token(&store, &forged, at(1)).unwrap().is_none());

    // Its user may less, and so may it.
    let edit = UserEdit {
        role: Some(Role::Viewer),
        scope: Some(Scope {
            wards: ["Phường 1".to_owned()].into_iter().collect(),
            domains: Reach::All,
        }),
        ..UserEdit::default()
    };
    edit_user(&store, &COMMAND, "sup", &edit, at(200)).unwrap();
    let acting = actor(201).unwrap();
    assert_eq!(acting.permissions, Permissions::of(&[SeeEvents]));
    assert_eq!(may(&acting, SeeEvents, &event(Domain::Traffic)), Verdict::NotThere);
    assert!(actor(9 * 86_400).is_none(), "over");
    disable_user(&store, &COMMAND, "sup", at(202)).unwrap();
    assert!(actor(203).is_none());
    let back =
        UserEdit { disabled: Some(false), role: Some(Role::Reviewer), ..UserEdit::default() };
    edit_user(&store, &COMMAND, "sup", &back, at(204)).unwrap();
    assert!(actor(205).is_some());

    let (_, open) = session(house, "sup", at(300));
    let wide = make_token(&store, &open, &wanted(&[SeeEvents], 9), None, at(300)).err().unwrap();
    assert!(matches!(wide, AccessError::TooMuch(_)), "outside the scope: {wide}");
    assert!(matches!(
        revoke_token(&store, &viewer, &made.token.id, None, at(301)),
        Err(AccessError::NoToken(_))
    ));
    revoke_token(&store, &open, &made.token.id, None, at(302)).unwrap();
    assert!(actor(303).is_none());
    assert!(list_tokens(&store, &open.user.id).unwrap().is_empty());
    let (secret, open) = session(house, "sup", at(303));
    let again =
        make(&open, &NewToken { scope: open.actor.scope.clone(), ..wanted(&[SeeEvents], 9) });
    let again = again.unwrap().secret;
    end_access(&store, &COMMAND, "sup", at(303)).unwrap();
    assert!(keeper.session(&store, &secret, at(303)).unwrap().is_none());
    assert!(keeper.token(&store, &again, at(303)).unwrap().is_none());
    let (_, open) = session(house, "sup", at(303));
    let narrow = NewToken { scope: open.actor.scope.clone(), ..wanted(&[SeeEvents], 9) };
    for n in 0..21 {
        let made = make_token(&store, &open, &narrow, None, at(304));
        assert_eq!(made.is_ok(), n < 20, "{n}");
    }
}

#[test]
fn administrators_reach_no_further_than_their_scope_and_one_is_left() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "admin", Role::Administrator);
    add(&store, "an", Role::Reviewer);
    let ward = |n: u32| Scope {
        wards: [format!("Phường {n}")].into_iter().collect(),
        domains: Reach::All,
    };
    let new = |name: &str, scope: Scope| NewUser {
        name: name.into(),
        full_name: name.into(),
        role: Role::Administrator,
        scope,
        agency: None,
        language: Language::En,
    };
    let (_, root) = session(house, "admin", at(0));
    let by = Doer::Person { actor: &root.actor, address: Some("192.0.2.7") };
    add_user(&store, &by, &new("ward1", ward(1)), PASSWORD, at(1)).unwrap();
    add_user(&store, &by, &new("ward2", ward(2)), PASSWORD, at(1)).unwrap();
    let (_, small) = session(house, "ward1", at(2));
    let by_small = Doer::Person { actor: &small.actor, address: None };
    let nothing = UserEdit { full_name: Some("x".into()), ..UserEdit::default() };
    for (scope, allowed) in [(ward(1), true), (ward(2), false), (Scope::default(), false)] {
        let told = add_user(&store, &by_small, &new("more", scope), PASSWORD, at(3));
        assert_eq!(told.is_ok(), allowed, "{told:?}");
    }
    for other in ["admin", "an", "ward2", "nobody", "../x"] {
        let told = edit_user(&store, &by_small, other, &nothing, at(4)).unwrap_err();
        assert!(matches!(told, AccessError::NoUser(_)), "{other}: {told}");
        assert!(set_password(&store, &by_small, other, OTHER, at(4)).is_err());
        assert!(reset_totp(&store, &by_small, other, at(4)).is_err());
        assert!(unlock_user(&store, &by_small, other, at(4)).is_err());
    }
    let wider = UserEdit { scope: Some(Scope::default()), ..UserEdit::default() };
    assert!(matches!(
        edit_user(&store, &by_small, "more", &wider, at(5)),
        Err(AccessError::Forbidden)
    ));
    let own = edit_user(&store, &by_small, "ward1", &wider, at(5)).unwrap_err();
    assert!(matches!(own, AccessError::OneSelf), "{own}");
    let (_, reviewer) = session(house, "an", at(6));
    let by_reviewer = Doer::Person { actor: &reviewer.actor, address: None };
    for other in ["admin", "an", "nobody"] {
        let told = edit_user(&store, &by_reviewer, other, &nothing, at(6)).unwrap_err();
        assert!(matches!(told, AccessError::Forbidden), "{other}: {told}");
    }

    // Two edits of what was read once: one wins.
    let version = store.user_named("an").unwrap().unwrap().version;
    let edit = UserEdit { expected_version: Some(version), ..nothing.clone() };
    edit_user(&store, &by, "an", &edit, at(7)).unwrap();
    assert!(matches!(edit_user(&store, &by, "an", &edit, at(7)), Err(AccessError::Conflict(_))));

    for gone in ["more", "ward1", "ward2"] {
        disable_user(&store, &COMMAND, gone, at(8)).unwrap();
    }
    for last in [
        UserEdit { disabled: Some(true), ..UserEdit::default() },
        UserEdit { role: Some(Role::Auditor), ..UserEdit::default() },
    ] {
        let told = edit_user(&store, &COMMAND, "admin", &last, at(9)).unwrap_err();
        assert!(matches!(told, AccessError::LastAdministrator(_)), "{told}");
    }
    assert!(keeper.session(&store, "0", at(9)).unwrap().is_none());
    assert!(store.verify_audit(None).unwrap().broken.is_none());
}
