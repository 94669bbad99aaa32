"""What the client tests share: the server under test, the seeded data, the query corpus, the peer."""
