// Pleasant extras. Every page works without this file.
(function () {
  'use strict';
  var doc = document;
  function on(name, act, early) { doc.addEventListener(name, act, early); }

  // A form is sent once: a second click is swallowed, the button looks busy.
  function lock(form, button) {
    form.dataset.sending = 'yes';
    button = button || form.querySelector('[type=submit]');
    if (button) button.classList.add('is-sending');
    setTimeout(unlock, 60000, form);
  }
  function unlock(form) {
    delete form.dataset.sending;
    form.querySelectorAll('.is-sending').forEach(function (button) { button.classList.remove('is-sending'); });
  }
  on('submit', function (event) {
    if (!event.target.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  on('submit', function (event) {
    if (!event.defaultPrevented && event.target.method === 'post') lock(event.target, event.submitter);
  });
  window.addEventListener('pageshow', function () { doc.querySelectorAll('[data-sending]').forEach(unlock); });

  // A request that failed says so; what was typed stays where it is.
  function failed(yes) {
    var note = doc.querySelector('[data-not-sent]');
    if (note) note.hidden = !yes;
  }
  on('htmx:beforeRequest', function (event) {
    failed(false);
    if (event.target.matches('form')) lock(event.target);
  });
  on('htmx:afterRequest', function (event) {
    if (event.target.matches('form')) unlock(event.target);
    failed(!event.detail.successful);
  });

  // After a swap the keyboard stands where the eye is: errors, the opened form, or the row's button.
  function settle(event) {
    var root = event.target, place = root.querySelector('[data-error-summary]');
    if (!place && root.matches('.row')) {
      place = root.querySelector('form :is(input:not([type=hidden]), select, textarea), [data-hx-get]');
    }
    if (place) place.focus();
  }
  on('htmx:load', settle);
  settle({ target: doc.body });

  on('input', function (event) {
    if (event.target.form) event.target.form.dataset.touched = 'yes';
  });
  on('keydown', function (event) {
    var at = event.target, search = doc.querySelector('main input[type=search]') || doc.querySelector('nav a[href$="/search"]');
    if (event.key === '/' && search && !at.closest('input, textarea, select') && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (search.href) search.click();
      else search.focus();
    }
    // Escape closes an opened row; where something was typed it only goes to "Cancel": nothing is lost.
    var row = event.key === 'Escape' && at.closest('.row.open'), cancel = row && row.querySelector('[data-cancel]');
    if (!cancel) return;
    if (row.querySelector('[data-touched], [data-error-summary]')) cancel.focus();
    else cancel.click();
  });
})();
