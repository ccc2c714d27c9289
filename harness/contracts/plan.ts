/** What is to be verified, in order: the pact files of a folder, by provider, with a label for each interaction. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, messageOf } from '../core/index.ts';
import { compareText, kindOf, type PactFile, type PactInteraction, type PactKind, readPact } from './pact-file.ts';
import { LABEL_PARAM } from './verifier-protocol.ts';

export interface ProviderPlan {
  readonly provider: string;
  readonly pacts: readonly PactPlan[];
}

export interface PactPlan {
  readonly consumer: string;
  readonly provider: string;
  /** File name in the pact folder. */
  readonly file: string;
  readonly pact: PactFile;
  readonly interactions: readonly PlannedInteraction[];
}

export interface PlannedInteraction {
  /** Unique in the whole plan; stands as the description in the verifier's copy, so that each result finds its interaction. */
  readonly label: string;
  readonly kind: PactKind;
  readonly interaction: PactInteraction;
}

export interface PactFilter {
  readonly consumer?: string;
  readonly provider?: string;
}

/** Reads every pact file of the folder (`bad-file` on the first that is cut or edited), in order of their names. */
export async function planVerification(folder: string, filter: PactFilter = {}): Promise<ProviderPlan[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new HarnessError({
      code: 'bad-file',
      message: `the folder of pact files ${folder} cannot be read: ${messageOf(cause)}`,
      cause,
    });
  });
  const files = names.filter((name) => name.endsWith('.json')).sort(compareText);
  const pacts = await Promise.all(files.map(async (file) => planPact(file, await readPact(join(folder, file)))));
  const wanted = pacts.filter(
    ({ consumer, provider }) =>
      (filter.consumer ?? consumer) === consumer && (filter.provider ?? provider) === provider,
  );
  if (wanted.length === 0) {
    throw new HarnessError({
      code: 'bad-file',
      message: `there is no pact file to verify in ${folder}${describeFilter(filter)}`,
      hint: 'Run the consumer tests and merge what they wrote.',
    });
  }
  const providers = [...new Set(wanted.map(({ provider }) => provider))].sort(compareText);
  return providers.map((provider) => ({ provider, pacts: wanted.filter((pact) => pact.provider === provider) }));
}

function planPact(file: string, pact: PactFile): PactPlan {
  const consumer = pact.consumer.name;
  const provider = pact.provider.name;
  const interactions = pact.interactions.map((interaction, index) => ({
    label: `${consumer} ${provider} ${index + 1}: ${interaction.description}`,
    kind: kindOf(interaction),
    interaction,
  }));
  return { consumer, provider, file, pact, interactions };
}

function describeFilter(filter: PactFilter): string {
  const parts = [filter.consumer && `consumer ${filter.consumer}`, filter.provider && `provider ${filter.provider}`];
  const said = parts.filter(Boolean).join(' and ');
  return said === '' ? '' : ` for ${said}`;
}

/** Writes the verifier's copies (labels in place of descriptions, and in every state's parameters); answers their paths. */
export async function writeCopies(plan: ProviderPlan, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    plan.pacts.map(async ({ file, pact, interactions }) => {
      const labelled = interactions.map(({ label, interaction }) => ({
        ...interaction,
        description: label,
        providerStates: (interaction.providerStates ?? []).map((state) => ({
          ...state,
          params: { ...state.params, [LABEL_PARAM]: label },
        })),
      }));
      const copy = join(folder, file);
      await writeFile(copy, JSON.stringify({ ...pact, interactions: labelled }));
      return copy;
    }),
  );
}
