"""Leaps over rounds that go on alike: what many of them come to, without playing each."""
