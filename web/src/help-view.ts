// Where an .npmrc lies and how to print it.
import { html, type TemplateResult } from 'lit'

export const whereItIs: TemplateResult = html`<details class="help">
  <summary>Where it is, and how to print it</summary>
  <dl>
    <dt>macOS, Linux</dt><dd><code>cat ~/.npmrc</code></dd>
    <dt>PowerShell</dt><dd><code>Get-Content ~\.npmrc</code></dd>
    <dt>Windows cmd</dt><dd><code>type "%USERPROFILE%\.npmrc"</code></dd>
    <dt>Anywhere else?</dt><dd><code>npm config get userconfig</code></dd>
    <dt>The project’s</dt><dd><code>.npmrc</code> beside <code>package.json</code>, as most CI uses it</dd>
  </dl>
  <p><a href="https://docs.npmjs.com/cli/configuring-npm/npmrc">npm’s own page on .npmrc</a> ·
    <a href="https://docs.bytesafe.dev/authentication/">Bytesafe on logging in</a></p>
</details>`
