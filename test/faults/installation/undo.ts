/** What has to be stopped and removed again, the last first. */
export class Undo {
  private readonly steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.steps.push(step);
  }

  /** Does all of it, whatever fails. @throws the first failure */
  async all(): Promise<void> {
    let failure: { error: unknown } | null = null;
    for (const step of this.steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }
}
