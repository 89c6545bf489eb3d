// Hides what does not hold the words that are searched for.
const box = document.querySelector('[data-filter]')
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean)
  for (const each of document.querySelectorAll(`main ${box.dataset.filter}`)) each.hidden = !words.every(word => each.textContent.toLowerCase().includes(word))
})
