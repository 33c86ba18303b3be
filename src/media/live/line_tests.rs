use super::*;
use proptest::prelude::*;

const FRAME: i64 = 40_000;
const SECOND: i64 = 1_000_000;

/// Places stamps that arrive 30 ms after they were made, on a clock that began 1000 s earlier.
fn steady(line: &mut Line, from: i64, count: i64) -> Vec<(i64, i64)> {
    (0..count)
        .map(|i| {
            let arrival = from + i * FRAME;
            (line.place(Some(arrival + 1000 * SECOND), arrival, FRAME, None), arrival)
        })
        .collect()
}

#[test]
fn a_sound_stream_keeps_its_distances_whatever_the_jitter() {
    let mut line = Line::default();
    line.begin(5000);
    let mut last = None;
    for i in 0..500 {
        let stamp = i * FRAME;
        let jitter = [0, 15_000, 3_000, 30_000, 8_000][(i % 5) as usize];
        let time = line.place(Some(stamp), stamp + 5000 + jitter, FRAME, None);
        if let Some(last) = last {
            assert_eq!(time - last, FRAME, "at {i}");
        }
        last = Some(time);
    }
    assert_eq!(line.repairs, Repairs::default());
}

#[test]
fn each_fault_is_counted_and_time_goes_on_with_arrivals() {
    for (shift, expected) in [
        (-900 * SECOND, Repairs { resets: 1, ..Repairs::default() }),
        (-SECOND / 2, Repairs { backward: 1, ..Repairs::default() }),
        (90 * SECOND, Repairs { jumps: 1, ..Repairs::default() }),
        (-PERIODS[0], Repairs { wraps: 1, ..Repairs::default() }),
        (-PERIODS[1], Repairs { wraps: 1, ..Repairs::default() }),
    ] {
        let mut line = Line::default();
        line.begin(-1000 * SECOND);
        steady(&mut line, 0, 100);
        for i in 100..200 {
            let arrival = i * FRAME;
            let time = line.place(Some(arrival + 1000 * SECOND + shift), arrival, FRAME, None);
            assert_eq!(time, arrival, "{shift}");
        }
        assert_eq!(line.repairs, expected, "{shift}");
    }
}

#[test]
fn a_standing_clock_is_replaced_by_arrivals_and_counted_once() {
    let mut line = Line::default();
    line.begin(-1000 * SECOND);
    steady(&mut line, 0, 100);
    for i in 100..150 {
        let time = line.place(Some(99 * FRAME + 1000 * SECOND), i * FRAME, FRAME, None);
        assert!((i * FRAME - time).abs() <= 2 * FRAME, "{time} at {}", i * FRAME);
    }
    assert_eq!(line.repairs, Repairs { frozen: 1, ..Repairs::default() });
}

#[test]
fn a_network_that_stalls_and_catches_up_moves_nothing() {
    let mut line = Line::default();
    line.begin(0);
    for i in 0..200_i64 {
        let stamp = i * FRAME;
        // From the hundredth on, three seconds' worth arrives at once.
        let arrival = if (100..175).contains(&i) { 175 * FRAME } else { stamp };
        assert_eq!(line.place(Some(stamp), arrival, FRAME, None), stamp);
    }
    assert_eq!(line.repairs.total(), 0);
}

#[test]
fn a_new_connection_goes_on_later_than_the_old_one() {
    let mut line = Line::default();
    line.begin(0);
    let before = line.place(Some(0), 0, FRAME, None);
    line.begin(-70 * SECOND);
    let after = line.place(Some(72 * SECOND), 2 * SECOND, FRAME, None);
    assert!(before < after && after == 2 * SECOND);
    assert_eq!(line.repairs.total(), 0, "connecting again is no fault of the clock");
}

#[test]
fn clocks_that_drift_are_followed() {
    for (drift, bound) in [(1000, 20_000), (-1000, FRAME), (20, 1_050_000), (-20, FRAME)] {
        let mut line = Line::default();
        line.begin(0);
        for i in 0..50_000_i64 {
            let arrival = i * FRAME;
            let time = line.place(Some(arrival - arrival / drift), arrival, FRAME, None);
            assert!((arrival - time).abs() <= bound, "1/{drift}: {} µs", arrival - time);
        }
    }
}

#[test]
fn what_the_camera_tells_is_followed_within_half_a_second_of_arrivals() {
    // Both streams of a camera, one 300 ms later on its way than the other; the third camera's clock
    // is a minute ahead, the fourth's a minute behind.
    for (delay, error, lag) in [(0, 0, 0), (300, 0, 300), (50, 60_000, 0), (50, -60_000, 500)] {
        let (delay, error, lag) = (delay * 1000, error * 1000, lag * 1000);
        let mut line = Line::default();
        line.begin(delay);
        for i in 0..1000_i64 {
            let stamp = i * FRAME;
            let time = line.place(Some(stamp), stamp + delay, FRAME, Some(stamp + error));
            if i > 900 {
                let expected = (stamp + delay - lag).max(0);
                assert!((time - expected).abs() < 2000, "{error}: {} µs", time - expected);
            }
        }
        assert_eq!(line.repairs.total(), 0);
    }
}

proptest! {
    /// Whatever stamps come, times increase, and none lies in the future by more than a frame (and
    /// the few microseconds by which packets that arrive at once are told apart).
    #[test]
    fn any_stamps_make_increasing_times(
        packets in prop::collection::vec(
            (prop::option::of(any::<i64>()), 0_i64..3 * SECOND, any::<bool>()), 1..300),
        nominal in 1_i64..200_000,
    ) {
        let mut line = Line::default();
        let (mut arrival, mut last) = (0, -1);
        for (i, (stamp, step, again)) in packets.into_iter().enumerate() {
            arrival += step;
            if again && let Some(stamp) = stamp {
                line.begin(arrival.saturating_sub(stamp >> 4));
            }
            let time = line.place(stamp.map(|s| s >> 4), arrival, nominal, None);
            prop_assert!(time > last, "{time} after {last}");
            prop_assert!(time <= arrival + nominal.max(2) + 2 * i as i64 + 2);
            last = time;
        }
    }

    /// Sound stretches between faults of any kind: a window after each, times are within half a
    /// second of arrival less the least delay.
    #[test]
    fn after_any_fault_it_settles(
        faults in prop::collection::vec((-100_000 * SECOND..100_000 * SECOND, 0_i64..20 * SECOND), 1..6),
        jitter in prop::collection::vec(0_i64..120_000, 64),
    ) {
        let mut line = Line::default();
        let (mut at, mut shift) = (0, 0);
        line.begin(0);
        for (step, gap) in faults {
            shift += step;
            at += gap;
            for i in 0..600_i64 {
                at += FRAME;
                let arrival = at + jitter[(i % 64) as usize];
                let time = line.place(Some(at + shift), arrival, FRAME, None);
                if i > 300 {
                    prop_assert!((time - at).abs() <= JUMP, "{} µs away", time - at);
                }
            }
        }
    }
}
