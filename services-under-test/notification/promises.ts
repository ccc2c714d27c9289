/** What the notification service promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */

/** To the mail server: a mail is tried again until it is accepted; a try that may be a repetition says so of itself. */
export const NOTIFICATION_TO_MAIL = {
  deadlineMs: 2_000,
  retries: { attempts: 1_000_000, backoffMs: 200 },
  idempotent: true,
} as const;

/** To the provider of short messages and push notices: tried again under the same key until it is accepted. */
export const NOTIFICATION_TO_MESSAGES = {
  deadlineMs: 1_000,
  retries: { attempts: 1_000_000, backoffMs: 200 },
  idempotent: true,
} as const;
