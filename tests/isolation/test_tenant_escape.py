async def test_world(rivals):
    print(rivals.own.main.ids)
