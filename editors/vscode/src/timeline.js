'use strict';

// The page behind a code lens: the server draws it, a panel shows it.

/** The command behind the lenses, which the server answers with a page. */
const TIMELINE = 'podplan.timeline';

/**
 * Return what to show for an answer of the server.
 *
 * @param {unknown} page the answer: a whole HTML page, or null where the update cannot be planned
 * @param {string} workload as KIND/NAME
 * @returns {{title: string, page: string} | {message: string}}
 */
const timeline = (page, workload) =>
  typeof page === 'string'
    ? { title: `${workload}: update`, page }
    : { message: `podplan: there is no plan of ${workload} any more; it was changed, or the API server would refuse it.` };

module.exports = { TIMELINE, timeline };
