import numpy as np
from sklearn.linear_model import OrthogonalMatchingPursuit

from repscope.workers.encoders.base import load
from tests.workers.making import make

DIGITS = make("dataset", "digits")
PARAMS = {"atoms": 30, "used": 4, "passes": 2}


def test_an_image_is_the_sum_of_the_few_atoms_that_matching_pursuit_finds() -> None:
    encoder = make("encoder", "dictionary", PARAMS, dataset=DIGITS)
    model = load(encoder)
    images = np.asarray(DIGITS.array("images"))[:40]
    codes = model.encode(images, ["code"])["code"]
    assert codes.shape == (40, 30)
    assert (np.count_nonzero(codes, axis=1) <= 4).all()
    atoms, mean = encoder.array("atoms"), encoder.array("mean")
    reference = OrthogonalMatchingPursuit(n_nonzero_coefs=4, fit_intercept=False)
    reference.fit(atoms.T, (images.reshape(40, -1) / 255.0 - mean).T)
    np.testing.assert_allclose(codes, reference.coef_, atol=1e-3)

    decoded = model.decode(codes, "code").astype(float)  # type: ignore[attr-defined]
    without = np.abs(255.0 * mean - images.reshape(40, -1)).mean()
    assert np.abs(decoded - images).mean() < 0.7 * without


def test_atoms_have_no_more_than_length_one() -> None:
    atoms = make("encoder", "dictionary", PARAMS, dataset=DIGITS).array("atoms")
    assert np.linalg.norm(atoms, axis=1).max() <= 1.0 + 1e-5
