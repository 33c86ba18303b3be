//! What a report adds to a template's package: charts, pictures, and styles that it lacks.

use super::builtin::body_styles;
use super::package::Package;
use super::page::Page;
use super::template::Template;
use std::fmt::Write as _;

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// What is added, in its order.
pub(super) struct Parts {
    folder: String,
    letter: String,
    /// The letter's page.
    pub(super) page: Page,
    /// Between the margins where things are added now, in twentieths of a point.
    pub(super) text_width: u32,
    /// Whether pages were turned.
    pub(super) has_turned: bool,
    /// Name of the part, its kind of content, itself.
    files: Vec<(String, &'static str, Vec<u8>)>,
    /// Id, kind, target seen from the letter's folder.
    links: Vec<(String, &'static str, String)>,
}

impl Parts {
    /// Nothing yet.
    pub(super) fn new(template: &Template) -> Result<Self, String> {
        let folder = template.letter.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let page = Page::of(template.package.text(&template.letter)?)?;
        Ok(Self {
            folder,
            letter: template.letter.clone(),
            text_width: page.upright_width(),
            page,
            has_turned: false,
            files: Vec::new(),
            links: Vec::new(),
        })
    }

    /// How many things have been added.
    pub(super) fn count(&self) -> usize {
        self.links.len()
    }

    /// Adds a part that the letter points to; gives the id by which it does. `name` is seen from the
    /// letter's folder.
    pub(super) fn link(
        &mut self,
        name: &str,
        kind: &'static str,
        content: &'static str,
        bytes: Vec<u8>,
    ) -> String {
        let id = format!("rIdStreetward{}", self.links.len() + 1);
        self.links.push((id.clone(), kind, name.to_owned()));
        self.add(name, content, bytes);
        id
    }

    /// Adds a part that another added part points to.
    pub(super) fn add(&mut self, name: &str, content: &'static str, bytes: Vec<u8>) {
        let path = if self.folder.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.folder)
        };
        self.files.push((path, content, bytes));
    }

    /// Puts all into the package.
    pub(super) fn add_to(self, package: &mut Package) -> Result<(), String> {
        let inside = |name: &str| {
            if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
        };
        add_styles(package, &inside("styles.xml"))?;
        let mut links = String::new();
        for (id, kind, target) in &self.links {
            let _ = write!(
                links,
                "<Relationship Id=\"{id}\" Type=\"{RELATIONSHIPS}/{kind}\" Target=\"{target}\"/>"
            );
        }
        let file = self.letter.rsplit('/').next().unwrap_or_default();
        insert(package, &inside(&format!("_rels/{file}.rels")), "</Relationships>", &links)?;
        let mut kinds = String::new();
        for (name, content, bytes) in self.files {
            // Relationships have their kind by their extension.
            if !content.is_empty() {
                let _ = write!(kinds, "<Override PartName=\"/{name}\" ContentType=\"{content}\"/>");
            }
            package.put(&name, bytes);
        }
        insert(package, "[Content_Types].xml", "</Types>", &kinds)
    }
}

fn insert(package: &mut Package, name: &str, before: &str, more: &str) -> Result<(), String> {
    if more.is_empty() {
        return Ok(());
    }
    let xml = package.text(name)?;
    let at = xml.rfind(before).ok_or_else(|| format!("its part \"{name}\" has no {before}"))?;
    let text = format!("{}{more}{}", &xml[..at], &xml[at..]);
    package.put(name, text);
    Ok(())
}

/// The styles that the report is written in, where the template has none of their ids.
fn add_styles(package: &mut Package, name: &str) -> Result<(), String> {
    let xml = package.text(name)?;
    let lacks = |id: &str| !xml.contains(&format!("w:styleId=\"{id}\""));
    let more: String = body_styles().filter(|(id, _)| lacks(id)).map(|(_, style)| style).collect();
    insert(package, name, "</w:styles>", &more)
}
