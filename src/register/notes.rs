//! What of the register and the site's camera files does not go together.

use super::problem::Said;
use crate::config::Site;
use crate::store::{RegisterCamera, RegisterState};

/// Metres by which a camera file's position may differ from the register's.
const SAME_METRES: f64 = 50.0;

/// What of the register and the site's camera files does not go together, a sentence each. Nothing is
/// wrong with cameras that stand and are not attached: a city's other cameras belong in the register
/// too.
pub fn site_notes(register: &[RegisterCamera], site: &Site) -> Vec<Said> {
    let mut notes = Vec::new();
    for camera in &site.cameras {
        let id = &camera.id;
        let Some(known) = register.iter().find(|c| c.code == *id) else {
            notes.push(Said::new(
                format!("camera \"{id}\" đang được kết nối nhưng chưa có trong danh mục"),
                format!("camera \"{id}\" is attached and is not in the register"),
            ));
            continue;
        };
        if known.state != RegisterState::Installed {
            let state = known.state.name();
            notes.push(Said::new(
                format!(
                    "camera \"{id}\" đang được kết nối nhưng danh mục ghi tình trạng khác ({state})"
                ),
                format!("camera \"{id}\" is attached, and the register calls it {state}"),
            ));
        }
        if camera.ward.as_ref().is_some_and(|ward| *ward != known.ward) {
            let (there, here) = (camera.ward.clone().unwrap_or_default(), &known.ward);
            notes.push(Said::new(
                format!("camera \"{id}\": tệp cấu hình ghi {there}, danh mục ghi {here}"),
                format!(
                    "camera \"{id}\" stands in {there} by its file and in {here} by the register"
                ),
            ));
        }
        let place = camera.position.as_ref().zip(known.position);
        let apart = place.map(|(file, register)| {
            let file = crate::store::RegisterPosition { lat: file.lat, lon: file.lon };
            file.metres_to(register)
        });
        if let Some(metres) = apart.filter(|m| *m > SAME_METRES) {
            notes.push(Said::new(
                format!("camera \"{id}\": vị trí trong tệp cấu hình và trong danh mục cách nhau {metres:.0} m"),
                format!("camera \"{id}\": its file's position is {metres:.0} m from the register's"),
            ));
        }
    }
    notes
}
