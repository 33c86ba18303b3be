//! What README.md says of configuration is so.

#![allow(clippy::unwrap_used)]

use crate::config::camera_of;
use streetward::config;
use streetward::rules::Kind;
use streetward::vision::Class;

/// The lines of a README section, each with the table of keys it stands in.
fn rows<'a>(readme: &'a str, heading: &str, first: &'static str) -> Vec<(String, &'a str)> {
    let section = readme.split(&format!("\n{heading}\n")).nth(1).expect(heading);
    let section = section.split("\n#").next().unwrap();
    let mut place = first.to_owned();
    let mut rows = Vec::new();
    for row in section.lines().filter(|l| l.starts_with("| ")) {
        if let Some(table) = row.strip_prefix("| **`").and_then(|r| r.split('`').next()) {
            table.clone_into(&mut place);
        }
        rows.push((place.clone(), row));
    }
    rows
}

#[test]
fn the_readme_explains_every_key() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let mut rows_of_all = rows(&readme, "## Camera files", "camera");
    rows_of_all.extend(rows(&readme, "### Site files", "site"));
    for (place, keys) in config::known_keys() {
        for key in keys {
            // A table is explained where its keys are; `position` is written in one line.
            let told = rows_of_all.iter().any(|(at, row)| {
                let named = row.split('|').nth(1).unwrap();
                (at == place && named.contains(&format!("`{key}`")))
                    || (place == "position" && row.contains("`position`") && row.contains(key))
                    || named.contains(&format!("[{key}]"))
            });
            assert!(told, "README.md does not explain {key} in {place}");
        }
    }
}

#[test]
fn the_readme_has_the_catalogues_defaults() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    for kind in Kind::ALL {
        let info = kind.info();
        let classes: Vec<_> = info.classes.iter().map(|class| class.name()).collect();
        let dwell = match info.dwell_seconds {
            0.0 => "–".to_owned(),
            seconds => seconds.to_string(),
        };
        let row = format!(
            "| `{}` | {} | {} | {} | {dwell} | {} | {} | {} |",
            info.name,
            info.name_en,
            info.domain.name(),
            classes.join(", "),
            info.enter_seconds,
            info.leave_seconds,
            format!("{:?}", info.severity).to_lowercase()
        );
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
    let classes = Class::DETECTED.map(|class| format!("`{}`", class.name()));
    assert!(readme.contains(&classes.join(", ")), "README.md does not name every class");
}

/// What a reader types first must be understood.
#[test]
fn the_readmes_camera_is_understood() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let camera = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let camera: String = camera.lines().map(|l| l.trim_start().to_owned() + "\n").collect();
    let camera = camera_of(&camera).unwrap();
    assert_eq!(config::warnings(&camera), [""; 0]);
}
