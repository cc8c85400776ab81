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

    /// For a more readable witness; a few hundred steps usually do.
    const WORDING_STEPS: u32 = 40_000;
    /// What asking the evaluator costs, which looks at whole documents.
    const CHECK_STEPS: u32 = 800;

    pub(super) fn new() -> Self {
        Self { steps: Self::STEPS }
    }

    pub(super) fn of_wording() -> Self {
        Self {
            steps: Self::WORDING_STEPS,
        }
    }

    /// Pays for one step.
    pub(super) fn spend(&mut self) -> Result<(), Exhausted> {
        self.spend_many(1)
    }

    /// Pays for asking the evaluator.
    pub(super) fn spend_on_check(&mut self) -> Result<(), Exhausted> {
        self.spend_many(Self::CHECK_STEPS)
    }

    fn spend_many(&mut self, steps: u32) -> Result<(), Exhausted> {
        self.steps = self.steps.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }
}
