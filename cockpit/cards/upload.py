"""Where files are dropped. Our own, because the built-in one speaks English only and holds every file in memory."""

import streamlit as st

from cockpit import format
from cockpit.i18n import _
from cockpit.intake.uploads import MB, Upload

HTML = """
<div class="drop" part="drop">
  <input type="file" multiple hidden>
  <button type="button"></button><span class="hint"></span>
  <div class="bar" hidden><div></div></div><div class="said" role="status" aria-live="polite"></div>
</div>
"""

CSS = """
.drop { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: 1rem;
  border: 1px dashed var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); color: var(--st-text-color); font-family: var(--st-font);
  font-size: .875rem; }
.drop.over { border: 1px solid var(--st-primary-color); }
button { font: inherit; font-size: 1rem; color: inherit; background: var(--st-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); padding: .375rem .875rem; }
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.bar { flex: 1 1 100%; height: .375rem; background: var(--st-border-color); border-radius: var(--st-base-radius); }
.bar[hidden] { display: none; }
.bar div { height: 100%; width: 0; background: var(--st-primary-color); border-radius: inherit; }
.said { flex: 1 1 100%; } .said:empty { display: none; }
"""

JS = """
const size = bytes => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
const filled = (text, values) => text.replace(/\\{(\\w+)\\}/g, (whole, name) => values[name] ?? whole);

export default function ({ parentElement, data, setTriggerValue }) {
  const find = name => parentElement.querySelector(name);
  const drop = find('.drop'), input = find('input'), button = find('button');
  const bar = find('.bar'), said = find('.said'), words = data.words;
  button.textContent = words.choose;
  find('.hint').textContent = words.hint;

  function send(file, done) {
    if (file.size > data.most) { stop(filled(words.large, { name: file.name, size: size(file.size) })); return; }
    const request = new XMLHttpRequest(), began = Date.now();
    request.upload.onprogress = event => {
      const rate = event.loaded / Math.max(1, Date.now() - began) * 1000;
      bar.firstElementChild.style.width = `${100 * event.loaded / event.total}%`;
      const left = Math.ceil((event.total - event.loaded) / rate);
      const sent = { name: file.name, done: size(event.loaded), all: size(event.total), left };
      said.textContent = filled(words.sending, sent);
    };
    request.onload = () => request.status === 201 ? done() : stop(filled(
      { 413: words.large, 404: words.closed, 507: words.space }[request.status] || words.broken,
      { name: file.name, size: size(file.size) }));
    request.onerror = () => stop(filled(words.broken, { name: file.name }));
    request.open('POST', `${data.base}${data.address}?name=${encodeURIComponent(file.name)}`);
    request.send(file);
  }

  function stop(text) { bar.hidden = true; said.textContent = text; input.value = ''; button.disabled = false; }

  function take(files) {
    if (!files.length) return;
    button.disabled = true; bar.hidden = false;
    const next = place => place < files.length ? send(files[place], () => next(place + 1))
      : (stop(''), setTriggerValue('arrived', Date.now()));
    next(0);
  }

  button.onclick = () => input.click();
  input.onchange = () => take([...input.files]);
  drop.ondragover = event => { event.preventDefault(); drop.classList.add('over'); };
  drop.ondragleave = () => drop.classList.remove('over');
  drop.ondrop = event => {
    event.preventDefault(); drop.classList.remove('over'); take([...event.dataTransfer.files]);
  };
}
"""

_drop = st.components.v2.component("cockpit_upload", html=HTML, css=CSS, js=JS)


def upload(opened: Upload, key: str) -> None:
    """Files dropped or chosen here arrive in ``opened``; the page runs again when all of them are there."""
    limit = format.number(opened.most // MB)
    words = {
        "choose": _("Choose files"),
        "hint": _("or drop them here · CSV, XLSX or a ZIP of them · at most {limit} MB each").format(limit=limit),
        "sending": _("{name}: {done} of {all}, {left} s left"),
        "large": _(
            "{name} has {size}; at most {limit} MB are taken here. Compress it as ZIP, or import it on the server."
        ).replace("{limit}", limit),
        "closed": _("This page was open for too long. Reload it and choose the file again."),
        "space": _("There is no space left on the server for {name}."),
        "broken": _("{name} did not arrive: the connection was interrupted. Choose it again."),
    }
    base = st.get_option("server.baseUrlPath").strip("/")
    data = {"address": opened.address, "base": f"/{base}" if base else "", "most": opened.most, "words": words}
    _drop(key=key, data=data, on_arrived_change=lambda: None)
