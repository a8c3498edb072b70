// What @symblai/symbl-web-sdk does with an access token.
import { task, tell } from './program.mjs';

for (const token of task.tokens) tell('claims', JSON.parse(atob(token.split('.')[1])));
