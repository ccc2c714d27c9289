/** Which armed rule acts on a Kafka exchange: rules on the frame, rules on what the frame carries. */
import type { Trigger, WireRule } from '../../core/index.ts';
import type { ExchangeFacts, RuleBook } from '../session.ts';
import type { Exchange } from './exchange.ts';
import { groupRefusal } from './own-messages.ts';

/**
 * The first rule that acts on the frame as a whole, and the facts it matched. A rule that names a case, key, header
 * or topic counts and matches every record (or topic)
 * in the frame; any other counts the frame once.
 */
export function claimFrame(
  rules: RuleBook,
  facts: ExchangeFacts,
  items: readonly ExchangeFacts[],
  only: (rule: WireRule) => boolean,
): { readonly rule: WireRule; readonly facts: ExchangeFacts } | undefined {
  const whole = rules.claim(facts, (rule) => !isAboutItems(rule.trigger) && only(rule));
  if (whole !== undefined) return { rule: whole, facts };
  for (const item of items) {
    const rule = rules.claim(item, (one) => isAboutItems(one.trigger) && only(one));
    if (rule !== undefined) return { rule, facts: item };
  }
  return undefined;
}

/** Rules the wire can carry out before the broker has the request. */
export function actsBefore(exchange: Exchange): (rule: WireRule) => boolean {
  const { body } = exchange;
  return ({ action, trigger }) => {
    switch (action.do) {
      case 'delay':
      case 'hold':
      case 'reset':
        // What a Fetch will bring is known only from its reply.
        return action.at !== 'after' && !(body.api === 'fetch' && isAboutRecords(trigger));
      case 'kafka-refuse':
        return body.api === 'produce';
      case 'kafka-commit-refused':
        return body.api === 'commit';
      case 'kafka-group-refused':
        return groupRefusal(exchange.head, body, action.error) !== undefined;
      default:
        return false;
    }
  };
}

/** Rules the wire can carry out on a reply with this error code. */
export function actsAfter(exchange: Exchange, error: number): (rule: WireRule) => boolean {
  const { body } = exchange;
  return ({ action, trigger }) => {
    if (trigger.status !== undefined && trigger.status !== error) return false;
    switch (action.do) {
      case 'delay':
      case 'hold':
      case 'reset':
        return action.at === 'after' || (body.api === 'fetch' && isAboutRecords(trigger));
      case 'lost-reply':
        return true;
      case 'kafka-ack-lost':
        return body.api === 'produce' && error === 0;
      default:
        return false;
    }
  };
}

function isAboutRecords({ case: caseId, key, header }: Trigger): boolean {
  return caseId !== undefined || key !== undefined || header !== undefined;
}

function isAboutItems(trigger: Trigger): boolean {
  return trigger.topic !== undefined || isAboutRecords(trigger);
}
