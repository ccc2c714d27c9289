/** What the web's door promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */
export { TO_PART as BFF_WEB_TO_PART } from '../kit/page-part.ts';
