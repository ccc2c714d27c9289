/** What the harness and the process that holds Pact's verifier say to each other, as plain data over the IPC channel. */

/** One run of Pact's Verifier: one provider, all its pact files. */
export interface VerifyJob {
  readonly do: 'verify';
  readonly job: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly pactFiles: readonly string[];
  readonly states: readonly string[];
  /** Labels of its message and gRPC interactions: their descriptions in the verifier's copies. */
  readonly messages: readonly string[];
  readonly timeoutMs: number;
}

/** The answer to a question, by its number. */
export interface Reply {
  readonly do: 'reply';
  readonly number: number;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly message?: MessageBytes;
}

/** A message as it lay on the topic, or the answer to a gRPC call in its JSON form: bytes in base64, metadata by the fixed names. */
export interface MessageBytes {
  readonly base64: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export type ToVerifier = VerifyJob | Reply;

export type FromVerifier =
  | { readonly say: 'ready' }
  | {
      readonly say: 'state';
      readonly number: number;
      readonly job: string;
      readonly state: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly say: 'message'; readonly number: number; readonly job: string; readonly label: string }
  /** `text` is the verifier's JSON, or whatever it said instead. */
  | { readonly say: 'done'; readonly job: string; readonly text: string };

/** State parameter that stands in the verifier's copy of a pact alone: the label of the interaction that asks. */
export const LABEL_PARAM = 'faultline:label';
