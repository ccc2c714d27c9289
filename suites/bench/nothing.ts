/** The smallest program: what starting it takes is what starting costs. */
process.stdout.write(`${performance.timeOrigin + performance.now()}\n`);
