import { NpmAccessDoctor } from './element.js'

declare global {
  interface HTMLElementTagNameMap {
    'npm-access-doctor': NpmAccessDoctor
  }
}

if (!customElements.get('npm-access-doctor')) customElements.define('npm-access-doctor', NpmAccessDoctor)
