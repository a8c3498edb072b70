"""What apps want of their summaries."""

from earwitness.conversation.reading import Prompt
from earwitness.store.seams import AppPreferences
from earwitness.store.store import Store


async def test_preferences_are_kept_and_go_with_their_app(store: Store) -> None:
    app = await store.apps.create("Mine")
    assert await store.preferences.of(app.id) == AppPreferences()
    wanted = AppPreferences("minutes", (Prompt("Risks", "Which risks?"),))
    assert await store.preferences.change(app.id, wanted)
    assert await store.preferences.change(app.id, wanted)
    assert await store.preferences.of(app.id) == wanted
    assert not await store.preferences.change("nobody", wanted)
    await store.apps.remove(app.id)
    assert await store.preferences.of(app.id) == AppPreferences()
