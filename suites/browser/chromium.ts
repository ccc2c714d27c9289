/**
 * The system's own Chromium, headless. Where there is none the suite fails and says how to get one: a page nobody
 * looked at is not tested.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function launchChromium(): Promise<Browser> {
  const named = process.env.FAULTLINE_CHROMIUM;
  const executablePath = named ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined || !existsSync(executablePath)) {
    const looked = named === undefined ? `looked at ${PLACES.join(', ')}` : `FAULTLINE_CHROMIUM names ${named}`;
    throw new Error(
      `the browser suite needs Chromium and found none (${looked}); get it by "apt-get install ` +
        'chromium", or name one in FAULTLINE_CHROMIUM',
    );
  }
  // Containers and CI run as root, where Chromium's sandbox cannot; the page is our own file and asks for nothing.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
