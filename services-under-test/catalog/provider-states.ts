/** States in which consumers ask the catalog. Used by contract verification only. */
import type { StateContext, StateHandlers } from '../../harness/contracts/index.ts';

const states: StateHandlers = {
  'there are products': () => ({ productId: 'product-1' }),
  'a product of this name': async (context) => {
    const productId = 'product-contract';
    await put(context, productId, String(context.params.name));
    return { productId };
  },
};

async function put(context: StateContext, productId: string, name: string): Promise<void> {
  const answer = await fetch(`${context.url('catalog')}/products/${productId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, category: 'contracts', description: 'For contracts.', price: 1_234 }),
    signal: context.signal,
  });
  if (answer.status !== 200) throw new Error(`the catalog answered ${answer.status} to a product`);
}

export default states;
