import { sometimes } from './checker/sometimes.js';
import { resultTable, struckFaults } from './result-table.js';
import { readOptions } from './run-options.js';
import { runUnderFaults } from './run.js';
import { Stage } from './stage.js';

/** Exit codes: 1 for a broken promise or a run that failed, 3 for a run that proves nothing. */
const invalid = 3;

const options = readOptions(process.argv.slice(2));
const stage = new Stage(options.parent);
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => void stage.close(options.keep).finally(() => process.exit(code)));
}

const begun = performance.now();
let keep = options.keep;
try {
  const { commands, faults, seed } = options;
  console.log(
    `${String(commands)} commands, ${String(faults)} faults, seed ${String(seed)}, in ${stage.folder}`,
  );
  const result = await runUnderFaults(options, stage, (line) => {
    console.log(line);
  });
  const seen = sometimes(result.book, { commands, struck: struckFaults(result) });
  const proves = seen.every(({ seen: count, needed }) => count >= needed);
  const holds = result.violations.length === 0 && result.fallen.length === 0;
  console.log(`\n${resultTable(options, result, seen, (performance.now() - begun) / 1_000)}`);
  keep ||= !holds;
  process.exitCode = holds ? (proves ? 0 : invalid) : 1;
} catch (error) {
  console.error(error);
  keep = true;
  process.exitCode = 1;
} finally {
  await stage.close(keep);
  if (keep) console.log(`The history and all logs are in ${stage.folder}.`);
  // Actors of a run that failed may still be asking servers that are gone.
  process.exit();
}
// Where the run failed, devices and people still ask gateways that are gone.
process.exit();
