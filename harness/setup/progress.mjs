/** One line of progress with what and how long. Plain JavaScript, for Node 18 and newer. */

/**
 * Says that `what` has begun; on a terminal the seconds are counted on the same line.
 * Returns the function that says how it ended.
 */
export function progressLine(what, tell, terminal = process.stderr.isTTY === true) {
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1000;
  if (!terminal) tell(`faultline: ${what} …\n`);
  const counter = terminal
    ? setInterval(() => tell(`\r\u001b[2Kfaultline: ${what} … ${Math.round(seconds())} s`), 250)
    : undefined;
  return (worked) => {
    clearInterval(counter);
    const end = `${worked ? 'done' : 'failed'} in ${seconds().toFixed(1)} s`;
    tell(`${terminal ? '\r\u001b[2K' : ''}faultline: ${what}: ${end}\n`);
  };
}
