/** Not a panel: the catalogue must refuse it. */
export default { name: 'other', title: 'Other' };
