import { expect, it } from '@jest/globals';
import { renderPage } from '../../../src/interfaces/http/public/render-page.js';

it('renders what is written, and no markup that stands in it', () => {
  const page = renderPage('# Problems\n\n## `internal`\n\nA <mistake>.\n');
  expect(page).toContain('<title>Problems</title>');
  expect(page).toContain('<h2 id="internal"><code>internal</code></h2>');
  expect(page).toContain('<p>A &lt;mistake&gt;.</p>');
});
