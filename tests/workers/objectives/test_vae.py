import pytest
import torch
from torch.distributions import Normal, kl_divergence

from repscope.workers.objectives.vae import divergence_from_normal
from tests.workers.objectives.building import batch, objective


def test_the_divergence_is_that_of_the_distributions() -> None:
    mu, log_variance = torch.randn(2, 7, 5, generator=torch.Generator().manual_seed(0))
    posterior = Normal(mu, (0.5 * log_variance).exp())
    expected = kl_divergence(posterior, Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(divergence_from_normal(mu, log_variance), expected)


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_the_loss_is_the_negative_bound_with_beta(beta: float) -> None:
    vae = objective("vae", beta=beta, code=4)
    torch.manual_seed(3)
    terms = vae.loss(batch())
    torch.manual_seed(3)
    images = vae.normalize(batch().images)
    mu, log_variance = vae.encode(images)
    z = Normal(mu, (0.5 * log_variance).exp()).rsample()
    likelihood = Normal(vae.decode(z), 1.0).log_prob(images)
    constant = 0.5 * torch.log(torch.tensor(2 * torch.pi)) * images[0].numel()
    expected = -likelihood.sum(dim=(1, 2, 3)).mean() - constant
    expected = expected + beta * divergence_from_normal(mu, log_variance).mean()
    torch.testing.assert_close(terms["loss"], expected, rtol=1e-4, atol=1e-4)


def test_the_encoder_is_the_mean() -> None:
    vae = objective("vae", code=4)
    images = batch().images
    mu, log_variance = vae.encode(vae.normalize(images))
    torch.testing.assert_close(vae.features(images), mu)
    assert not log_variance.any()  # at first every variance is 1
    assert vae.encoder.layers[-1] == ("code", 4)
