import { createProducer } from './producer.js';

/** Written beside the page when it is put somewhere: { "api": "https://….execute-api.….amazonaws.com" } */
const { api } = await (await fetch('config.json')).json();
const told = document.querySelector('#told');
const say = text => {
  told.textContent = text;
};

const producer = createProducer({
  api,
  batch: 'clicks',
  // whoever signs the user in leaves it here
  token: () => sessionStorage.getItem('token'),
  onRefused: ({ status, code }) => say(`Refused: ${code ?? status}`),
});

for (const button of document.querySelectorAll('[data-click]')) {
  // a click before this would be lost
  button.disabled = false;
  button.addEventListener('click', async () => {
    producer.add({ id: crypto.randomUUID(), button: button.dataset.click, at: Date.now() });
    say('Sending …');
    await producer.flush();
    if (producer.waiting > 0) say('Not sent yet. The page tries again.');
    else if (told.textContent === 'Sending …') say('Stored.');
  });
}
