// The handsets in a browser: what happens on the carrier is drawn, what somebody does is sent.
// Without this script every button still works: it is a form, and the page is loaded anew.

const MOST_LINES = 60
const find = (id) => document.getElementById(id)
const phoneOf = (node) => node.closest('.phone')

// --- what happens -------------------------------------------------------------------------------

const news = new EventSource(`/handsets/events?after=${document.body.dataset.seen}`)
news.onmessage = (message) => {
  const told = JSON.parse(message.data)
  if (told.run !== document.body.dataset.run) location.reload() // the carrier was started anew
  for (const [id, words] of Object.entries(told.words)) change(id, words)
  for (const [phone, html] of told.lines) addLine(phone, html)
  for (const html of told.crossings) addCrossing(html)
}

function change(id, words) {
  const node = find(id)
  if (!node) return
  if (id.startsWith('phone-')) node.dataset.state = words
  else if (node.textContent !== words) node.textContent = words
}

function addLine(phone, html) {
  const log = find(`log-${phone}`)
  if (!log) return
  log.insertAdjacentHTML('beforeend', html)
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove()
  const line = log.lastElementChild
  log.scrollTop = log.scrollHeight
  if (line.matches('.heard, .played')) say(line)
  else if (line.matches('.pressed, .call')) hush()
  if (line.matches('.arrived') && !log.offsetParent) countNew(phone)
}

function addCrossing(html) {
  const crossings = find('crossings')
  crossings.insertAdjacentHTML('afterbegin', html)
  while (crossings.childElementCount > MOST_LINES) crossings.lastElementChild.remove()
}

// --- which telephone is shown, where there is room for one --------------------------------------

function countNew(phone) {
  const badge = find(`new-${phone}`)
  badge.textContent = `${(parseInt(badge.textContent, 10) || 0) + 1} ${document.body.dataset.new}`
}

function showPlace() {
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.hash === location.hash
    if (isHere) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
    if (isHere && link.querySelector('.new')) link.querySelector('.new').textContent = ''
  }
  for (const log of document.querySelectorAll('.log')) log.scrollTop = log.scrollHeight
}
addEventListener('hashchange', showPlace)
showPlace()

// --- what somebody does -------------------------------------------------------------------------

const sending = new WeakMap() // by form: one thing after another, in the order in which it was done

document.addEventListener('submit', (event) => {
  const form = event.target
  const button = event.submitter
  if (form.id === 'draw') return // a new telephone needs a new page
  event.preventDefault()
  const body = new URLSearchParams(new FormData(form, button))
  if (button?.name === 'keys') touch(button)
  if (button?.value === 'text') form.elements.body.value = ''
  const before = sending.get(form) ?? Promise.resolve()
  sending.set(form, before.then(() => send(form, body)))
})

async function send(form, body) {
  const told = form.querySelector('.told')
  try {
    const answer = await fetch(form.action, { method: 'POST', body })
    told.textContent = answer.ok ? '' : await answer.text()
  } catch {
    told.textContent = document.body.dataset.silent
  }
}

find('faults').addEventListener('change', (event) => event.currentTarget.requestSubmit())

document.addEventListener('keydown', (event) => {
  const phone = phoneOf(event.target)
  if (!phone || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target.matches('input, select') || !/^[0-9*#]$/.test(event.key)) return
  event.preventDefault()
  phone.querySelector(`[name=keys][value="${event.key}"]`).click()
})

// --- sound: off at first ------------------------------------------------------------------------

const TONES = { rows: [697, 770, 852, 941], columns: [1209, 1336, 1477], keys: '123456789*0#' }
const sound = find('sound')
const voices = window.speechSynthesis
let air = null // opened when it is first wanted: browsers ask for a gesture
let turn = 0 // what is said before this is not said to its end
let said = Promise.resolve()
document.querySelector('.sound').hidden = false
sound.addEventListener('change', hush)

function touch(button) {
  button.classList.add('touched')
  setTimeout(() => button.classList.remove('touched'), 200)
  if (!sound.checked) return
  air ??= new AudioContext()
  const place = TONES.keys.indexOf(button.value)
  const loudness = new GainNode(air, { gain: 0.1 })
  loudness.connect(air.destination)
  for (const frequency of [TONES.rows[Math.floor(place / 3)], TONES.columns[place % 3]]) {
    const tone = new OscillatorNode(air, { frequency })
    tone.connect(loudness)
    tone.start()
    tone.stop(air.currentTime + 0.15)
  }
}

function say(line) {
  if (!sound.checked) return
  const mine = turn
  said = said.then(() => (mine === turn ? speak(line) : null))
}

function speak(line) {
  const recording = line.querySelector('audio')
  const language = line.lang.replace('cmn', 'zh').slice(0, 2)
  const voice = voices?.getVoices().find((each) => each.lang.startsWith(language))
  return new Promise((done) => {
    if (recording) {
      recording.onended = recording.onpause = recording.onerror = done
      recording.play().catch(done)
    } else if (voice) {
      const words = new SpeechSynthesisUtterance(line.textContent)
      words.voice = voice
      words.lang = voice.lang
      words.onend = words.onerror = done
      voices.speak(words)
    } else done()
  })
}

function hush() {
  turn += 1
  voices?.cancel()
  for (const recording of document.querySelectorAll('audio')) recording.pause()
}
