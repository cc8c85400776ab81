//! How much work a question may take: counted steps, never time, so that every run answers alike.

/// What is left for one question.
pub(super) struct Budget {
    steps: u32,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

impl Budget {
    /// At least twenty times what comparing any two versions of the Amazon Connect policies takes.
    const STEPS: u32 = 100_000;

    pub(super) fn new() -> Self {
        Self { steps: Self::STEPS }
    }

    /// Pays for one step.
    pub(super) fn spend(&mut self) -> Result<(), Exhausted> {
        self.steps = self.steps.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }
}
