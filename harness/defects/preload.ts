/**
 * Loaded before a service (`node --import`): changes one module's source as it is loaded. The text must stand there exactly once,
 * else the process ends with 3; what was done is told in one JSON line on stdout.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Plant {
  readonly defect: string;
  /** Absolute path. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const plant = JSON.parse(process.env.FAULTLINE_PLANT ?? 'null') as Plant | null;

function tell(replacements: number): void {
  const time = performance.timeOrigin + performance.now();
  const said = { time, event: 'planted', defect: plant?.defect, file: plant?.file, replacements };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

if (plant) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || fileURLToPath(url) !== plant.file) return loaded;
      const source = String(loaded.source);
      const replacements = source.split(plant.find).length - 1;
      tell(replacements);
      if (replacements !== 1) {
        process.stderr.write(
          `defect ${plant.defect}: its text stands ${replacements} times in ${plant.file}, not once\n`,
        );
        process.exit(3);
      }
      return { ...loaded, source: source.replace(plant.find, () => plant.replace) };
    },
  });
}
