/** What both directions of an SMTP connection know of the mail that is being handed over. */
import type { Turn } from '../turns/turn.ts';

export interface Talk {
  /** The `DATA` whose mail is to come, or is coming. */
  data: Turn | undefined;
  /** What the client says now is a mail, not a command. */
  content: boolean;
  /** Recipients the server has taken for this mail. */
  recipients: number;
  /** Called when the mail that was taken in has gone to the server, or nowhere. */
  handedOn: () => void;
  /** Called when every command has its reply: a `DATA` that was kept back may go on. */
  whenQuiet: () => void;
  /** What the client says next belongs to the command before (`AUTH`). */
  continues: boolean;
  /** The mail, while the wire takes it in the server's place: to be handed on once it is decided and the server has said 354. */
  intake: Buffer[] | undefined;
}

export function newTalk(): Talk {
  return {
    data: undefined,
    content: false,
    recipients: 0,
    whenQuiet: () => undefined,
    handedOn: () => undefined,
    continues: false,
    intake: undefined,
  };
}

/** No mail is to come any more. */
export function mailIsOver(talk: Talk): void {
  talk.data = undefined;
  talk.content = false;
  talk.intake = undefined;
  talk.handedOn();
}
