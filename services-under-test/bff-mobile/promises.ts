/** What the mobile door promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */
export { TO_PART as BFF_MOBILE_TO_PART } from '../kit/page-part.ts';
