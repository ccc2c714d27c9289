/** How long a part may go on. */
export interface Budget {
  /** Its time is over: what is under way is ended, nothing more is begun. */
  readonly isOver: () => boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}
