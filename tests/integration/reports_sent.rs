//! Reports by schedule on their way: by e-mail with their files, and after the site was edited.

use crate::alert_rig::mail::Server;
use crate::postgres_rig::settle;
use crate::sample::sample;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use streetward::alert::Courier;
use streetward::config::{Site, load_site};
use streetward::media::WallTime;
use streetward::report::Scheduler;
use streetward::store::Store;
use tempfile::TempDir;

const CAMERA: &str = "version = 1\nid = \"p1-le-loi-01\"\nname = \"Lê Lợi\"\nward = \"Phường 1\"\n\
    frame_size = [640, 360]\n[[zones]]\nname = \"yellow_lines\"\n\
    polygon = [[300,150],[600,150],[620,340]]\n[[rules]]\nkind = \"illegal_parking\"\n\
    zone = \"yellow_lines\"\n";

/// A city with some events, and more in its site file.
struct City {
    folder: TempDir,
}

impl City {
    fn new(site: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("cameras")).unwrap();
        fs::write(folder.path().join("cameras/p1.toml"), CAMERA).unwrap();
        let city = Self { folder };
        city.edit(site);
        settle(&city.data());
        let store = Store::open(&city.data()).unwrap();
        for n in 0..25 {
            store.put_event(&sample(n)).unwrap();
        }
        city
    }

    fn edit(&self, site: &str) {
        let text = format!("version = 1\nname = \"Trà Vinh\"\n{site}");
        fs::write(self.folder.path().join("streetward.toml"), text).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn site(&self) -> Site {
        load_site(&self.folder.path().join("streetward.toml")).unwrap()
    }

    fn reports(&self) -> Vec<String> {
        let names = fs::read_dir(self.data().join("reports")).into_iter().flatten();
        let mut names: Vec<String> =
            names.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn at(text: &str) -> WallTime {
    WallTime(text.parse().unwrap())
}

/// Has Python's own reader take a mail apart: writes its attachments into a folder, and tells its
/// subject and their names and kinds.
const TAKE_APART: &str = "
import email, email.policy, json, pathlib, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
papers = list(mail.iter_attachments())
for p in papers:
    pathlib.Path(sys.argv[1], p.get_filename()).write_bytes(p.get_payload(decode=True))
print(json.dumps({'subject': mail['subject'], 'text': mail.get_body().get_content(),
    'defects': [str(d) for p in mail.walk() for d in p.defects],
    'papers': [[p.get_filename(), p.get_content_type()] for p in papers]}))
";

fn taken_apart(mail: &str, into: &Path) -> Value {
    let file = into.join("mail.eml");
    fs::write(&file, mail).unwrap();
    let done = Command::new("python3")
        .args(["-c", TAKE_APART])
        .arg(into)
        .stdin(fs::File::open(&file).unwrap())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn a_weekly_report_arrives_by_mail_once_with_its_files_when_the_server_is_back() {
    // Nobody answers there yet.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let city = City::new(&format!(
        "[[report.schedules]]\nperiod = \"week\"\nformats = [\"docx\", \"xlsx\"]\nsinks = [\"duty\"]\n\
         [[alerts]]\nname = \"duty\"\nkind = \"email\"\nhost = \"localhost\"\nport = {port}\n\
         security = \"none\"\nfrom = \"Streetward <streetward@example.vn>\"\n\
         to = [\"vanphong@example.vn\"]\ntimeout_seconds = 2\n"
    ));
    let (site, data) = (city.site(), city.data());
    let store = Store::open_beside(&data).unwrap();
    let monday = at("2026-08-16T18:30:00Z");
    assert_eq!(Scheduler::new(&site, &data).look(&store, monday), 1);
    let courier = || Courier::new(site.alerts[0].clone(), &data).unwrap();
    let mut first = courier();
    let away = first.deliver_due(&store, monday).unwrap();
    assert_eq!((away.sent, away.failed, away.dead), (0, 1, 0));
    let trouble = away.trouble.unwrap();
    assert!(trouble.starts_with("the mail server refused the connection"), "{trouble}");
    let server = Server::start_at(port, None);
    let later = |minutes: i64| WallTime(monday.0 + jiff::SignedDuration::from_mins(minutes));
    assert_eq!(first.deliver_due(&store, later(5)).unwrap().sent, 1);
    // Neither another look, nor a restart, sends it again.
    assert_eq!(first.deliver_due(&store, later(10)).unwrap().sent, 0);
    assert_eq!(Scheduler::new(&site, &data).look(&store, later(10)), 0);
    assert_eq!(courier().deliver_due(&store, later(20)).unwrap().sent, 0);
    let mails = server.taken();
    let [mail] = &mails[..] else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.receivers, ["RCPT TO:<vanphong@example.vn>"]);
    assert!(mail.text.is_ascii(), "every server takes it");

    let apart = TempDir::new().unwrap();
    let told = taken_apart(&mail.text, apart.path());
    assert_eq!(told["defects"], serde_json::json!([]));
    let subject = told["subject"].as_str().unwrap();
    assert!(subject.contains("tuần 33 năm 2026"), "{subject}");
    assert!(told["text"].as_str().unwrap().contains("đã được lập tự động"), "{told}");
    let kind = "application/vnd.openxmlformats-officedocument";
    let papers = [
        ("report-2026-W33-vi.docx", format!("{kind}.wordprocessingml.document")),
        ("report-2026-W33-vi.xlsx", format!("{kind}.spreadsheetml.sheet")),
    ];
    assert_eq!(told["papers"], serde_json::json!(papers));
    for (name, _) in papers {
        let made = fs::read(data.join("reports").join(name)).unwrap();
        assert!(made.len() > 1000);
        assert!(fs::read(apart.path().join(name)).unwrap() == made, "{name} is what was made");
    }
}

#[test]
fn with_a_bad_template_no_form_is_written() {
    let city = City::new(
        "[report]\ntemplate = \"own.docx\"\n\
         [[report.schedules]]\nperiod = \"week\"\nformats = [\"html\", \"docx\"]\n",
    );
    fs::write(city.folder.path().join("own.docx"), "no letter").unwrap();
    let store = Store::open_beside(&city.data()).unwrap();
    let scheduler = Scheduler::new(&city.site(), &city.data());
    for _ in 0..2 {
        assert_eq!(scheduler.look(&store, tuesday()), 0);
        assert!(city.reports().is_empty(), "{:?}", city.reports());
    }
    // Once it can be filled, both are there.
    let own = city.folder.path().join("own.docx");
    fs::remove_file(&own).unwrap();
    streetward::report::write_template(&own).unwrap();
    assert_eq!(scheduler.look(&store, tuesday()), 1);
    assert_eq!(city.reports(), ["report-2026-W33-vi.docx", "report-2026-W33-vi.html"]);
}

fn tuesday() -> WallTime {
    at("2026-08-18T02:00:00Z")
}

#[test]
fn a_schedule_written_while_the_service_runs_is_taken_up_and_a_bad_edit_is_not() {
    const OFTEN: &str = "[live]\nreload_seconds = 0.05\n";
    let city = City::new(OFTEN);
    let scheduler = Scheduler::new(&city.site(), &city.data());
    let stop = AtomicBool::new(false);
    let waited = |wanted: &[&str]| {
        let since = Instant::now();
        while city.reports() != wanted && since.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(city.reports(), wanted);
    };
    let weekly = "[[report.schedules]]\nperiod = \"week\"\nformats = [\"csv\"]\n";
    std::thread::scope(|scope| {
        scope.spawn(|| scheduler.run(&stop, tuesday).unwrap());
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            waited(&[]);
            city.edit(&format!("{OFTEN}{weekly}"));
            waited(&["report-2026-W33-vi.zip"]);
            city.edit(&format!("{OFTEN}[[report.schedules]]\nperiod = \"fortnight\"\n"));
            std::thread::sleep(Duration::from_millis(700));
            city.edit(&format!("{OFTEN}{weekly}language = \"en\"\n"));
            waited(&["report-2026-W33-en.zip", "report-2026-W33-vi.zip"]);
        }));
        stop.store(true, Relaxed);
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    });
}

#[test]
fn a_month_of_days_is_made_up_for_and_of_more_the_last_alone() {
    for (days, made) in [(31, 31), (32, 1)] {
        let city = City::new("[[report.schedules]]\nperiod = \"day\"\nformats = [\"csv\"]\n");
        let (site, store) = (city.site(), Store::open_beside(&city.data()).unwrap());
        let scheduler = Scheduler::new(&site, &city.data());
        assert_eq!(scheduler.look(&store, tuesday()), 1);
        let later = WallTime(tuesday().0 + jiff::SignedDuration::from_hours(24 * days));
        assert_eq!(scheduler.look(&store, later), made, "{days} days");
        assert_eq!(scheduler.look(&store, later), 0);
    }
}
