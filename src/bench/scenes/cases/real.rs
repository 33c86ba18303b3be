//! Cut-outs on real footage: a van, people, bags and a stall on a campus road.

use crate::bench::scenes::composite::{Composite, Laid, Piece};
use crate::bench::scenes::labels::Told;
use crate::bench::scenes::weather::Weather;

/// A stretch of clear road and path below the building, and the ground to the right of the tripod.
const PATH: &[(u32, u32)] = &[(200, 215), (560, 225), (560, 350), (400, 345), (200, 270)];
const APRON: &[(u32, u32)] =
    &[(500, 330), (760, 330), (760, 490), (680, 470), (580, 435), (480, 390)];
const ROAD: &[(u32, u32)] = &[(330, 225), (767, 225), (767, 345), (420, 345)];
const GRASS: &[(u32, u32)] = &[
    (0, 243),
    (170, 265),
    (250, 285),
    (330, 320),
    (400, 360),
    (480, 395),
    (580, 440),
    (680, 475),
    (767, 500),
    (767, 575),
    (0, 575),
];

/// Seen alone, at these times and in these boxes.
const PEOPLE: [Piece; 6] = [
    Piece::Somebody(60.3, [668, 208, 736, 311]),
    Piece::Somebody(27.3, [428, 228, 498, 335]),
    Piece::Somebody(50.4, [546, 226, 598, 342]),
    Piece::Somebody(71.7, [558, 200, 622, 294]),
    Piece::Somebody(67.9, [448, 244, 518, 351]),
    Piece::Somebody(15.3, [546, 222, 612, 318]),
];

const BAG: Piece = Piece::Bag(26, 24);
const COVERED: &str = "most_share = 0.1\ndwell_seconds = 6\nleave_seconds = 3";
const LITTER: &str = "stay_seconds = 3\nowner_gone_seconds = 2";

fn base(name: &'static str, from: f32, seconds: f32, empty: bool) -> Composite {
    Composite {
        name,
        condition: "day",
        from,
        seconds,
        empty,
        weather: Weather { noise: 1.5, ..Weather::default() },
        laid: Vec::new(),
        labels: Vec::new(),
        negative_for: Vec::new(),
        zones: Vec::new(),
        headings: Vec::new(),
        rules: String::new(),
        note: "",
    }
}

impl Composite {
    fn rule(mut self, kind: &str, zone: &'static str, corners: &[(u32, u32)], keys: &str) -> Self {
        self.zones.push((zone, corners.to_vec()));
        let rule = format!("\n[[rules]]\nkind = \"{kind}\"\nzone = \"{zone}\"\n{keys}\n");
        self.rules.push_str(&rule);
        self
    }

    fn lay(mut self, piece: Piece, scale: f32, way: &[(f32, f32, f32)]) -> Self {
        self.laid.push(Laid { piece, way: way.to_vec(), scale });
        self
    }

    /// Labels what the last thing laid does from its place at `at` on.
    fn label(
        mut self,
        kind: &'static str,
        place: &'static str,
        span: (f32, f32),
        at: (f32, f32),
    ) -> Self {
        let subject = self.laid.last().map(|laid| (span.0, laid.bbox(at)));
        self.labels.push(Told {
            kind,
            start: span.0,
            end: span.1,
            place,
            subject,
            complete: None,
            optional: false,
            note: "",
        });
        self
    }

    /// The last label's subject is there at this time.
    fn subject_at(mut self, seconds: f32) -> Self {
        if let Some((at, _)) = self.labels.last_mut().and_then(|l| l.subject.as_mut()) {
            *at = seconds;
        }
        self
    }

    fn after(mut self, seconds: f32) -> Self {
        if let Some(label) = self.labels.last_mut() {
            label.complete = Some(label.start + seconds);
        }
        self
    }

    fn negative(mut self, kind: &'static str) -> Self {
        self.negative_for.push(kind);
        self
    }

    fn noting(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

/// A man walks by from 42 s of the clip on; at 49 s he is here.
fn bag(name: &'static str, kind: &'static str, keys: &str) -> Composite {
    let put = (362.0, 281.0);
    base(name, 40.0, 26.0, false)
        .rule(kind, "path", PATH, keys)
        .lay(BAG, 1.0, &[(9.1, put.0, put.1), (99.0, put.0, put.1)])
        .label(kind, "path", (9.1, 26.0), put)
}

fn van(name: &'static str, until: f32, seconds: f32) -> Composite {
    let stand = (560.0, 300.0);
    base(name, 0.0, seconds, true)
        .rule("illegal_parking", "road", ROAD, "dwell_seconds = 7\nleave_seconds = 3")
        .lay(
            Piece::Van,
            1.3,
            &[
                (0.5, 850.0, 262.0),
                (3.0, stand.0, stand.1),
                (until, stand.0, stand.1),
                (until + 3.0, 850.0, 262.0),
            ],
        )
}

fn parked(name: &'static str) -> Composite {
    van(name, 14.0, 17.5).label("illegal_parking", "road", (3.0, 14.0), (560.0, 300.0)).after(7.0)
}

/// The van drives over the road from left to right, where traffic may go one way only.
fn one_way(name: &'static str, rightwards: bool) -> Composite {
    let mut c = base(name, 0.0, 9.0, true).rule("wrong_way", "road", ROAD, "").lay(
        Piece::Van,
        1.3,
        &[(1.0, 270.0, 306.0), (7.0, 850.0, 282.0)],
    );
    let (left, right) = ((420, 290), (740, 280));
    c.headings.push(("road", if rightwards { [left, right] } else { [right, left] }));
    c
}

fn crowd(name: &'static str, people: usize) -> Composite {
    let mut c = base(name, 0.0, 15.0, true).rule(
        "crowd",
        "path",
        PATH,
        "most_people = 5\ndwell_seconds = 4\nleave_seconds = 2",
    );
    for (i, piece) in PEOPLE.into_iter().take(people).enumerate() {
        // Beside the lamp post, not on it.
        let x = [240.0, 290.0, 342.0, 476.0, 516.0, 552.0][i % 6];
        let y = 262.0 + 14.0 * (i % 3) as f32;
        c = c.lay(piece, 0.82, &[(3.0, x, y), (11.0, x + 1.0, y), (99.0, x + 1.0, y)]);
    }
    c
}

/// What vehicles and goods do on the road where they may not.
fn on_the_road() -> Vec<Composite> {
    let mut stops = van("real_illegal_stopping_van", 14.0, 18.5);
    stops.rules = stops.rules.replace("illegal_parking", "illegal_stopping");
    let goods = base("real_roadway_encroachment_stall", 0.0, 22.0, true)
        .rule("roadway_encroachment", "road", ROAD, COVERED)
        .lay(Piece::Stall(112, 118), 1.0, &[(6.0, 640.0, 330.0), (99.0, 640.0, 330.0)])
        .label("roadway_encroachment", "road", (6.0, 22.0), (640.0, 330.0))
        .after(6.0);
    vec![
        one_way("real_wrong_way_van", false)
            .label("wrong_way", "road", (2.2, 6.1), (560.0, 294.0))
            .subject_at(4.0),
        one_way("real_wrong_way_with_traffic_negative", true).negative("wrong_way"),
        stops.label("illegal_stopping", "road", (3.0, 14.0), (560.0, 300.0)).after(7.0),
        goods,
    ]
}

pub(super) fn all() -> Vec<Composite> {
    let carried = base("real_littering_carried_negative", 40.0, 18.0, false)
        .rule("littering", "path", PATH, LITTER)
        .lay(
            BAG,
            0.9,
            &[
                (2.3, 752.0, 352.0),
                (4.2, 625.0, 322.0),
                (6.1, 532.0, 288.0),
                (8.2, 416.0, 256.0),
                (10.1, 322.0, 241.0),
                (12.0, 246.0, 229.0),
                (13.9, 182.0, 216.0),
                (15.8, 108.0, 214.0),
                (17.7, 14.0, 222.0),
            ],
        )
        .negative("littering");
    let there = base("real_littering_there_from_the_start_negative", 40.0, 20.0, false)
        .rule("littering", "path", PATH, LITTER)
        .lay(BAG, 1.0, &[(-1.0, 362.0, 281.0), (99.0, 362.0, 281.0)])
        .negative("littering");
    let vests = base("real_littering_clothes_on_the_grass_negative", 20.0, 24.0, false)
        .rule("littering", "grass", GRASS, LITTER)
        .negative("littering")
        .noting("clothes, a bag and tripods lie and stand there from the first picture");
    let stands = base("real_littering_somebody_stands_negative", 0.0, 20.0, true)
        .rule("littering", "path", PATH, LITTER)
        .lay(PEOPLE[0], 0.85, &[(5.0, 500.0, 300.0), (99.0, 500.0, 300.0)])
        .negative("littering");
    let stall = base("real_sidewalk_encroachment_stall", 24.0, 26.0, false)
        .rule("sidewalk_encroachment", "apron", APRON, COVERED)
        .lay(Piece::Stall(112, 118), 1.0, &[(9.0, 640.0, 452.0), (99.0, 640.0, 452.0)])
        .label("sidewalk_encroachment", "apron", (9.0, 26.0), (640.0, 452.0))
        .after(6.0);
    let walk = base("real_sidewalk_encroachment_people_walk_negative", 40.0, 24.0, false)
        .rule("sidewalk_encroachment", "apron", APRON, COVERED)
        .negative("sidewalk_encroachment");
    let mut night = parked("real_illegal_parking_van_night");
    (night.condition, night.weather.night) = ("night", true);
    let mut shaken = parked("real_illegal_parking_van_shake");
    (shaken.condition, shaken.weather.shake) = ("shake", 2.5);

    let mut entered = base("real_restricted_area_two_enter", 45.0, 21.0, false).rule(
        "restricted_area",
        "grass",
        GRASS,
        "classes = [\"person\"]",
    );
    for (start, end) in [(5.3, 21.0), (5.6, 15.6)] {
        entered = entered.label("restricted_area", "grass", (start, end), (0.0, 0.0));
    }
    let entered = entered.noting("labelled by hand, to 0.2 s");
    let outside = base("real_restricted_area_beside_it_negative", 20.0, 24.0, false)
        .rule("restricted_area", "grass", GRASS, "classes = [\"person\"]")
        .negative("restricted_area");
    let loiters = base("real_loitering_stands", 0.0, 18.0, true)
        .rule("loitering", "path", PATH, "dwell_seconds = 8\nleave_seconds = 3")
        .lay(PEOPLE[0], 0.85, &[(3.0, 450.0, 300.0), (4.0, 500.0, 300.0), (15.0, 506.0, 300.0)])
        .label("loitering", "path", (3.0, 15.0), (450.0, 300.0))
        .after(8.0);
    let gathers = crowd("real_crowd_gathers", 6).label("crowd", "path", (3.0, 15.0), (0.0, 0.0));
    let mut gathers = gathers.after(4.0);
    for label in &mut gathers.labels {
        label.subject = None;
    }
    let mut all = on_the_road();
    all.extend([
        bag("real_littering_bag_put_down", "littering", LITTER),
        bag(
            "real_abandoned_object_bag",
            "abandoned_object",
            "stay_seconds = 3\nowner_gone_seconds = 5",
        ),
        carried,
        there,
        vests,
        stands,
        stall,
        walk,
        parked("real_illegal_parking_van"),
        night,
        shaken,
        van("real_illegal_parking_van_short_negative", 5.0, 10.0).negative("illegal_parking"),
        entered,
        outside,
        loiters,
        gathers,
        crowd("real_crowd_one_below_negative", 5).negative("crowd"),
    ]);
    all
}
