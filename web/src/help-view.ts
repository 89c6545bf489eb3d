// Where an .npmrc lies and how to print it.
import { html, type TemplateResult } from 'lit'

export const whereItIs: TemplateResult = html`<details class="help">
  <summary>Where it is, and how to print it</summary>
  <dl>
    <dt>macOS, Linux</dt><dd><code>cat ~/.npmrc</code></dd>
    <dt>PowerShell</dt><dd><code>Get-Content ~\\.npmrc</code></dd>
    <dt>Windows cmd</dt><dd><code>type "%USERPROFILE%\\.npmrc"</code></dd>
    <dt>Tokens masked</dt><dd><code>sed -E 's/(_authToken|_auth|_password)=.*/\\1=***/' ~/.npmrc</code></dd>
    <dt>In PowerShell</dt><dd><code>(gc ~\\.npmrc) -replace '(_authToken|_auth|_password)=.*', '$1=***'</code></dd>
    <dt>Anywhere else?</dt><dd><code>npm config get userconfig</code></dd>
    <dt>The project’s</dt><dd><code>.npmrc</code> beside <code>package.json</code>, as most CI uses it</dd>
  </dl>
  <p>Several commands and what they printed can be pasted at once: each part is put where it belongs.</p>
  <p><a href="https://docs.npmjs.com/cli/configuring-npm/npmrc">npm’s own page on .npmrc</a> ·
    <a href="https://docs.bytesafe.dev/authentication/">Bytesafe on logging in</a></p>
</details>`
