/** Not a panel either: it has no render. */
export default { name: 'broken', title: 'Broken', place: 'experiment', order: 1 };
