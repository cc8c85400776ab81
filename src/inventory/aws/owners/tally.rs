//! How far the reading of owners got, in words.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts Regions and instances, and tells each change.
pub(super) struct Tally<'a> {
    regions: usize,
    regions_done: AtomicUsize,
    instances: AtomicUsize,
    instances_done: AtomicUsize,
    progress: &'a (dyn Fn(&str) + Sync),
}

impl<'a> Tally<'a> {
    pub(super) fn new(regions: usize, progress: &'a (dyn Fn(&str) + Sync)) -> Self {
        let tally = Self {
            regions,
            regions_done: AtomicUsize::new(0),
            instances: AtomicUsize::new(0),
            instances_done: AtomicUsize::new(0),
            progress,
        };
        tally.tell();
        tally
    }

    pub(super) fn found(&self, instances: usize) {
        self.instances.fetch_add(instances, Ordering::Relaxed);
        self.tell();
    }

    pub(super) fn instance_done(&self) {
        self.instances_done.fetch_add(1, Ordering::Relaxed);
        self.tell();
    }

    pub(super) fn region_done(&self) {
        self.regions_done.fetch_add(1, Ordering::Relaxed);
        self.tell();
    }

    fn tell(&self) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        (self.progress)(&format!(
            "reading what the roles serve: {} of {} Regions, {} of {} Connect instances",
            count(&self.regions_done),
            self.regions,
            count(&self.instances_done),
            count(&self.instances),
        ));
    }
}
