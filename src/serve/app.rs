//! All routes of the server, each with what it needs.

use super::description::description;
use super::desk::Desk;
use super::docs::Described;
use super::needs::Needs::{Entrance, May, Nothing, Session};
use super::refusal::Refusal;
use super::route::Route;
use super::{
    account, audit, cameras, decide, docs, event_query, event_row, events, evidence_file, export,
    files, fitness, handover, handover_row, holds, news_stream, people, plate_desk, plate_reading,
    precision, protect, register, report_query, reports, result, scene, searches, site_watch,
    still, today, users, view, web_app,
};
use crate::report::Document;
use crate::review::Permission as P;
use axum::Extension;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use serde_json::Value;
use std::sync::Arc;

/// The routes of the API.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = of_people();
    routes.extend(of_events());
    routes.extend(of_holds());
    routes.extend(of_cameras());
    routes.extend(of_scenes());
    routes.extend(of_register());
    routes.extend(of_handover());
    routes.push(
        Route::get("/openapi.json", Nothing, "This description.", docs::openapi).json::<Value>(),
    );
    routes
}

/// Who is signed in, and who may be.
fn of_people() -> Vec<Route> {
    vec![
        Route::post("/login", Nothing, "Sign in.", account::login)
            .body::<account::SignIn>()
            .json::<account::Me>(),
        Route::post("/logout", Entrance, "Sign out.", account::logout),
        Route::get("/me", Entrance, "Who is signed in, and what he may.", account::who)
            .json::<account::Me>(),
        Route::post("/me/password", Entrance, "Change one's password.", account::password)
            .body::<account::NewPassword>()
            .json::<account::Me>(),
        Route::post("/me/totp", Session, "Begin or confirm one-time codes.", account::totp)
            .body::<account::TotpStep>()
            .json::<Value>(),
        Route::delete("/me/totp", Session, "Do without one-time codes.", account::no_totp)
            .body::<account::NoTotp>()
            .json::<account::Me>(),
        Route::get("/me/tokens", May(P::ManageTokens), "One's tokens.", users::tokens)
            .json::<Value>(),
        Route::post("/me/tokens", May(P::ManageTokens), "Make a token.", users::make)
            .body::<users::TokenBody>()
            .json::<Value>(),
        Route::delete("/me/tokens/{id}", May(P::ManageTokens), "Revoke a token.", users::revoke)
            .json::<Value>(),
        Route::get("/users", May(P::ManageUsers), "Users.", users::list).json::<Value>(),
        Route::post("/users", May(P::ManageUsers), "Add a user.", users::add)
            .body::<users::UserBody>()
            .json::<Value>(),
        Route::patch("/users/{id}", May(P::ManageUsers), "Change a user.", users::change)
            .body::<users::UserChanges>()
            .json::<Value>(),
    ]
}

/// What was found, and what is decided of it.
fn of_events() -> Vec<Route> {
    vec![
        Route::get("/events", May(P::SeeEvents), "A page of events.", events::list)
            .query::<event_query::EventQuery>()
            .json::<events::EventsPage>(),
        Route::get(
            "/events/{id}",
            May(P::SeeEvidence),
            "One event with its record, history and files.",
            events::one,
        )
        .json::<events::EventWhole>(),
        Route::get(
            "/events/{id}/files/{name}",
            May(P::SeeEvidence),
            "A still, clip or record, whole or in ranges.",
            files::file,
        )
        .query::<files::FileQuery>()
        .gives(&evidence_file::CONTENT_TYPES),
        Route::get(
            "/events/{id}/view.mp4",
            May(P::SeeEvidence),
            "A copy of the clip for browsers that cannot play it, whole or in ranges.",
            view::view,
        )
        .later()
        .gives(&["video/mp4"]),
        Route::get(
            "/events/{id}/plate",
            May(P::SeeEvidence),
            "A machine's guess of the plate, to be held against the pictures; it is stored nowhere.",
            plate_reading::plate,
        )
        .json::<plate_desk::PlateReading>(),
        Route::post(
            "/events/{id}/decision",
            May(P::Decide),
            "Decide, or do something else with an event.",
            decide::decision,
        )
        .matched()
        .body::<decide::DecisionBody>()
        .json::<event_row::EventRow>(),
        Route::post(
            "/events/{id}/result",
            May(P::EnterResult),
            "Enter what became of a confirmed event.",
            result::enter,
        )
        .body::<result::ResultBody>()
        .json::<result::ResultRow>(),
        Route::get("/people", May(P::Assign), "Who may be given an event.", people::people)
            .json::<Vec<people::PersonRow>>(),
        Route::get("/agencies", Session, "The site's agencies.", people::agencies)
            .json::<Vec<people::AgencyRow>>(),
        Route::get("/searches", May(P::SeeEvents), "The searches one keeps.", searches::list)
            .json::<Vec<searches::SearchRow>>(),
        Route::post("/searches", May(P::SeeEvents), "Keep a search.", searches::keep)
            .body::<searches::SearchBody>()
            .json::<searches::SearchRow>(),
        Route::delete("/searches/{id}", May(P::SeeEvents), "Forget one.", searches::forget),
    ]
}

/// What is kept for a case.
fn of_holds() -> Vec<Route> {
    let hold = May(P::HoldEvidence);
    vec![
        Route::get("/holds", hold, "Evidence that is kept for a case.", holds::list)
            .query::<holds::HoldsQuery>()
            .json::<Vec<holds::HoldRow>>(),
        Route::post("/holds", hold, "Keep an event's evidence.", holds::add)
            .body::<holds::HoldBody>()
            .json::<holds::HoldRow>(),
        Route::post("/holds/{id}/lift", hold, "Keep it no longer than usual.", holds::lift)
            .body::<holds::LiftBody>()
            .json::<holds::HoldRow>(),
    ]
}

/// What is drawn for a camera.
fn of_scenes() -> Vec<Route> {
    let see = May(P::SeeCameras);
    let edit = May(P::EditScene);
    vec![
        Route::get("/cameras/{id}/scene", see, "What is drawn.", scene::one).json::<Value>(),
        Route::put("/cameras/{id}/scene", edit, "Save a drawing as a new version.", scene::save)
            .matched()
            .body::<scene::SceneBody>()
            .json::<Value>(),
        Route::post(
            "/cameras/{id}/scene/check",
            edit,
            "What is wrong with a drawing.",
            scene::check,
        )
        .body::<scene::SceneBody>()
        .json::<Value>(),
        Route::post(
            "/cameras/{id}/scene/preview",
            edit,
            "What a drawing would have made of what was seen.",
            scene::preview,
        )
        .body::<scene::SceneBody>()
        .json::<scene::Preview>(),
        Route::get("/cameras/{id}/scene/versions", see, "Who drew what, and why.", scene::versions)
            .json::<Value>(),
        Route::post("/cameras/{id}/scene/restore", edit, "Go back to a version.", scene::restore)
            .matched()
            .body::<scene::RestoreBody>()
            .json::<Value>(),
    ]
}

/// What cameras there are and are to be, and how good their views are.
fn of_register() -> Vec<Route> {
    let see = May(P::SeeCameras);
    vec![
        Route::get("/register", see, "The register of cameras.", register::list).json::<Value>(),
        Route::get(
            "/register/coverage",
            see,
            "How many stand of those planned.",
            register::coverage,
        )
        .json::<Value>(),
        Route::get("/register/places", see, "Planned places compared.", fitness::places)
            .query::<fitness::FitnessQuery>()
            .json::<Value>(),
        Route::get("/register/template", see, "A sheet to be filled in.", register::sheet)
            .query::<register::TemplateQuery>()
            .gives(&[register::XLSX, "text/csv"]),
        Route::post(
            "/register/import",
            May(P::Configure),
            "Take a sheet of cameras (CSV or XLSX) into the register, whole or not at all.",
            register::import,
        )
        .bytes(crate::register::MOST_BYTES)
        .query::<register::ImportQuery>()
        .json::<Value>(),
        Route::get("/disclosure", see, "What may be made public.", register::disclosure)
            .query::<register::DisclosureQuery>()
            .gives(&["text/html", "text/csv", "application/json"]),
        Route::get("/fitness", see, "How good views are, the worst first.", fitness::fitness)
            .query::<fitness::FitnessQuery>()
            .json::<Value>(),
        Route::get("/survey", see, "The survey of cameras as a document.", fitness::survey)
            .query::<fitness::SurveyQuery>()
            .gives(&["text/html", fitness::DOCX, register::XLSX, "application/zip"]),
    ]
}

/// What is handed over to other agencies.
fn of_handover() -> Vec<Route> {
    let (ask, decide) = (May(P::AskHandover), May(P::ApproveHandover));
    vec![
        Route::get("/requests", ask, "Requests for evidence, the newest first.", handover::list)
            .query::<handover::RequestQuery>()
            .json::<handover_row::RequestsPage>(),
        Route::post("/requests", ask, "Ask that events be handed over.", handover::ask)
            .body::<handover::RequestBody>()
            .json::<handover_row::RequestRow>(),
        Route::post("/requests/{id}/approve", decide, "Allow a request.", handover::approve)
            .body::<handover::NoteBody>()
            .json::<handover_row::RequestRow>(),
        Route::post("/requests/{id}/refuse", decide, "Refuse a request.", handover::refuse)
            .body::<handover::NoteBody>()
            .json::<handover_row::RequestRow>(),
        Route::post("/requests/{id}/note", ask, "Write something down.", handover::note)
            .body::<handover::NoteBody>()
            .json::<handover_row::RequestRow>(),
        Route::post("/requests/{id}/pack", decide, "Try again to make a pack.", handover::again)
            .json::<handover_row::RequestRow>(),
        Route::get("/packs/{id}", ask, "A pack as a ZIP archive.", handover::pack)
            .gives(&["application/zip"]),
    ]
}

/// What sees, how much was found, and what was done.
fn of_cameras() -> Vec<Route> {
    vec![
        Route::get("/cameras", May(P::SeeCameras), "Cameras and how they stand.", cameras::list)
            .json::<Vec<cameras::CameraRow>>(),
        Route::get("/cameras/{id}", May(P::SeeCameras), "One camera.", cameras::one)
            .json::<cameras::CameraRow>(),
        Route::get(
            "/cameras/{id}/still.jpg",
            May(P::SeeEvidence),
            "What a camera showed last: live, or in its latest event.",
            still::still,
        )
        .query::<still::StillQuery>()
        .gives(&["image/jpeg"]),
        Route::get(
            "/cameras/{id}/history",
            May(P::SeeCameras),
            "A camera's changes of state.",
            cameras::history,
        )
        .query::<cameras::Period>()
        .json::<Vec<cameras::Change>>(),
        Route::get(
            "/cameras/{id}/uptime",
            May(P::SeeCameras),
            "How long a camera saw.",
            cameras::up,
        )
        .query::<cameras::Period>()
        .json::<Value>(),
        Route::get(
            "/cameras/{id}/precision",
            May(P::SeeFigures),
            "What people found of a camera's events, rule by rule.",
            precision::precision,
        )
        .query::<cameras::Period>()
        .json::<Vec<precision::RulePrecision>>(),
        Route::get("/figures/today", May(P::SeeFigures), "Today's figures.", today::today)
            .json::<today::Today>(),
        Route::get("/figures", May(P::SeeFigures), "Counts of a period.", today::figures)
            .query::<today::FiguresQuery>()
            .json::<today::Figures>(),
        Route::get(
            "/reports/figures",
            May(P::SeeFigures),
            "The figures of a period, as tables with their definitions.",
            reports::figures,
        )
        .query::<report_query::ReportQuery>()
        .json::<Document>(),
        Route::get(
            "/reports/file",
            May(P::SeeFigures),
            "The same as a file to take along.",
            reports::file,
        )
        .query::<report_query::ReportFileQuery>()
        .gives(&reports::FORMS),
        Route::get(
            "/export",
            May(P::ExportConfirmed),
            "Confirmed events as a file.",
            export::export,
        )
        .query::<export::ExportQuery>()
        .gives(&["text/csv", "application/json"]),
        Route::get("/audit", May(P::ReadAudit), "The audit trail, newest first.", audit::list)
            .query::<audit::AuditQuery>()
            .json::<audit::AuditPage>(),
        Route::get("/site", May(P::Configure), "The site as it is served.", site_watch::site)
            .json::<site_watch::SiteRow>(),
        Route::get("/stream", Session, "News as server-sent events.", news_stream::stream)
            .unused()
            .gives(&["text/event-stream"]),
    ]
}

/// Everything that the server answers.
pub(super) fn router(desk: &Arc<Desk>) -> Router {
    let described = Described(Arc::new(description(&routes(), desk.secure)));
    let mut router: Router<Arc<Desk>> = Router::new().route("/docs", get(docs::page));
    for route in routes() {
        let (path, handler) = route.guarded(desk);
        router = router.route(&path, handler);
    }
    router
        .fallback(web_app::page)
        .method_not_allowed_fallback(|| async { Refusal::not_this_way() })
        .layer(Extension(described))
        .layer(DefaultBodyLimit::max(protect::BODY))
        .layer(from_fn_with_state(Arc::clone(desk), protect::protect))
        .with_state(Arc::clone(desk))
}
