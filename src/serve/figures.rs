//! The service's figures in the `OpenMetrics` text form that Prometheus reads.

use crate::pipeline::live::{CameraStage, CameraStatus, LiveStatus, MemoryStatus};
use crate::scene::CameraState;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

type Labels = Vec<(&'static str, String)>;
type Figures = Family<Labels, Gauge<f64, AtomicU64>>;
/// What is told of a camera.
type Of = fn(&CameraStatus) -> f64;
type Counts = Family<Labels, Gauge<i64>>;
type Counters = Family<Labels, Counter>;

/// The figures of `status`. Stream addresses and sentences are left out.
pub(super) fn figures(status: &LiveStatus) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::with_prefix("streetward");
    let replaced = ConstCounter::new(status.workers_replaced);
    registry.register(
        "workers_replaced",
        "Inference workers that hung and were replaced",
        replaced,
    );
    let hung = Gauge::<i64>::default();
    hung.set(status.threads_hung as i64);
    registry.register("threads_hung", "Threads that hang and were left behind", hung);
    let build = Counts::default();
    build.get_or_create(&vec![("version", status.version.clone())]).set(1);
    registry.register("build", "1 for the version that runs", build);

    let states = Counts::default();
    for camera in &status.cameras {
        for state in CameraState::ALL {
            let labels = vec![("camera", camera.id.clone()), ("state", state.name().to_owned())];
            states.get_or_create(&labels).set(i64::from(state == camera.state));
        }
    }
    registry.register("camera_state", "1 for the state a camera is in, 0 for the others", states);

    let told: [(&str, &str, Of); 11] = [
        ("frames", "Frames decoded for analysis since the start", |c| c.frames as f64),
        ("frames_analysed", "Frames analysed since the start", |c| c.analysed as f64),
        ("frames_dropped", "Frames that gave way to newer ones since the start", |c| {
            c.dropped as f64
        }),
        ("connections", "Connections made since the start", |c| c.connections as f64),
        ("connection_breaks", "Connections that failed or broke since the start", |c| {
            c.breaks as f64
        }),
        ("incidents", "Incidents opened since the start", |c| c.incidents as f64),
        ("incoming_fps", "Frames a second decoded for analysis", |c| c.incoming_fps),
        ("analysed_fps", "Frames a second analysed", |c| c.analysed_fps),
        ("rate_fps", "Frames a second that are tried", |c| c.rate_fps),
        ("lag_p50_seconds", "Seconds from capture to judged, half of frames under it", |c| {
            c.lag_p50_seconds.unwrap_or(f64::NAN)
        }),
        ("lag_p95_seconds", "Seconds from capture to judged, 19 of 20 frames under it", |c| {
            c.lag_p95_seconds.unwrap_or(f64::NAN)
        }),
    ];
    for (name, help, of) in told {
        let family = Figures::default();
        for camera in &status.cameras {
            family.get_or_create(&vec![("camera", camera.id.clone())]).set(of(camera));
        }
        registry.register(format!("camera_{name}"), help, family);
    }
    let restarts = Counters::default();
    for camera in &status.cameras {
        for stage in CameraStage::ALL {
            let stage = stage.name();
            let labels = vec![("camera", camera.id.clone()), ("stage", stage.to_owned())];
            let count = camera.restarts.get(stage).copied().unwrap_or(0);
            restarts.get_or_create(&labels).inc_by(count);
        }
    }
    registry.register(
        "camera_stage_restarts",
        "How often a stage hung and its camera's session was begun anew",
        restarts,
    );
    let memory = Counts::default();
    let MemoryStatus { planned_mib, needed_mib, available_mib, .. } = status.memory;
    for (what, mib) in
        [("planned", planned_mib), ("needed", needed_mib), ("available", available_mib)]
    {
        memory.get_or_create(&vec![("what", what.to_owned())]).set((mib << 20) as i64);
    }
    registry.register("memory_bytes", "Memory planned, needed and available", memory);
    let (waiting, dead) = (Counts::default(), Counts::default());
    for sink in &status.sinks {
        let labels = vec![("sink", sink.name.clone())];
        waiting.get_or_create(&labels).set(sink.waiting as i64);
        dead.get_or_create(&labels).set(sink.dead as i64);
    }
    registry.register("alerts_waiting", "Letters waiting in the outbox", waiting);
    registry.register("alerts_dead", "Letters given up", dead);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}
