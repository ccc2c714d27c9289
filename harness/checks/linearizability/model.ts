/** What a linearizability check works on: calls with a beginning and an end, and a sequential object that says which answers are possible. */

/** One call at the object. */
export interface Call<Op> {
  readonly op: Op;
  readonly at: number;
  /** Infinite where no answer came: it may take effect at any later time, or never. */
  readonly endAt: number;
}

/** A sequential object. States are values: `step` never changes one. */
export interface Model<State extends string | number, Op> {
  readonly initial: State;
  /**
   * The state after `op` was done in `state` with the answer it was given, or undefined where that answer is not possible. An op
   * whose answer never came must be possible in every state.
   */
  step(state: State, op: Op): State | undefined;
}
