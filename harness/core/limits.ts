/** Every bound the harness sets itself, in one place. */
export const LIMITS = {
  /** A head (HTTP) that is held while it is parsed may not be larger. */
  headBytes: 64 * 1024,
  /** A Kafka frame that is larger goes through unparsed (broker default for messages is 1 MiB). */
  kafkaFrameBytes: 8 * 1024 * 1024,
  /** An HTTP/2 frame that is larger ends its connection; what a peer may announce is cut to it. */
  http2FrameBytes: 1024 * 1024,
  /** History records the wire keeps in memory for late readers. */
  wireRecords: 400_000,
  /** … and how much text they may be: a long load would else fill hundreds of megabytes that nobody reads. */
  wireRecordBytes: 48 * 1024 * 1024,
  /** Bytes the wire keeps back per direction of a connection before it stops reading (an exchange is held or delayed there). */
  wireStashBytes: 1024 * 1024,
  /** A request that is sent twice may not be larger; a larger one is sent once and counts as no hit. */
  wireTwinBytes: 1024 * 1024,
  /** How long the wire waits for a callee that says nothing on a connection of the wire's own, once its caller has left, in ms. */
  wireExtraMs: 5_000,
  /** When the callee is gone before the first request is known: how long the wire waits for that request, to record what was tried, in ms. */
  wireFirstRequestMs: 50,
  /** Exchanges the wire may hold at the same time. */
  holds: 1_000,
  /** How long a hold may last before the wire lets go by itself, in ms. */
  holdMs: 60_000,
  /** Log lines kept of a part that failed to boot. */
  logTailLines: 30,
  /** Whole boot of a lab, in ms. */
  bootMs: 60_000,
  /** Default deadline of one case, in ms. */
  caseMs: 60_000,
  /** Default deadline of quiescence after a workload, in ms. */
  quiescenceMs: 20_000,
  /** A history line longer than this is refused when a run is read, in bytes. */
  historyLineBytes: 1024 * 1024,
  /** More records or rows of final state than this are not read into memory: no case has so many. */
  historyRecords: 1_000_000,
  /** A run.json that is larger is refused, in bytes. */
  runFileBytes: 256 * 1024 * 1024,
  /** … and one that is nested deeper. */
  runFileDepth: 64,
} as const;
